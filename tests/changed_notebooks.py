"""A notebook with other parameters, and with its cells changed as a reader would."""

import nbformat


def notebook_with(path, parameters, changed=()):
    """Return the notebook with other parameters, and with some texts of its cells replaced."""
    notebook = nbformat.read(path, 4)
    left = dict(changed)
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", ()):
            cell.source += "".join(f"\n{key} = {value!r}" for key, value in parameters.items())
        for old in [text for text in left if text in cell.source]:
            cell.source = cell.source.replace(old, left.pop(old))
    assert not left, f"no cell holds {list(left)}"
    return notebook
