"""nbconvert exporters: an executed notebook becomes an HTML page or a PDF."""
