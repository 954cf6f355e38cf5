"""Running notebooks over many settings: a plan, its execution by papermill, the files it makes."""
