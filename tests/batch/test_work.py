"""reports/index.html lists every brief of the manifest."""

import lxml.html

from analysis.batch.work import write_index


def test_the_index_is_written_from_the_manifest(project):
    briefs = {
        "KAZ": {"outcome": "made", "files": {"KAZ.html": "", "KAZ.pdf": "", "KAZ.ipynb": ""}},
        "POL": {"outcome": "failed", "error": "cell 3: ValueError: x"},
        "region": {"outcome": "made", "files": {"region.pdf": ""}},
        "UKR": {"outcome": "made", "files": {"UKR.html": ""}},
    }
    for name in ("KAZ", "region"):
        (project / "reports" / name).mkdir(parents=True)
    write_index({"briefs": briefs})
    page = (project / "reports" / "index.html").read_text(encoding="utf-8")
    tree = lxml.html.document_fromstring(page)
    text = tree.xpath("string(//body)")
    assert "Kazakhstan" in text
    assert "cell 3: ValueError: x" in text
    hrefs = set(tree.xpath("//a/@href"))
    assert {"KAZ/KAZ.html", "KAZ/KAZ.pdf", "region/region.pdf"} <= hrefs
    assert not any(href.startswith("POL/") for href in hrefs)
    assert not any(href.startswith("UKR/") for href in hrefs), "it was deleted"
