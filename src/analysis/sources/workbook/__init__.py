"""The official workbook -> printed cells."""
