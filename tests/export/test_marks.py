"""What authors mark as shown or not, in the words of Jupyter Book, Quarto and nbconvert."""

import nbformat.v4 as nb
import pytest
from traitlets.config import Config

from analysis.export.bundle import brief_content
from analysis.export.html import HTMLBriefExporter
from analysis.export.prose import text_of
from analysis.facts.errors import BriefError, ParameterError


def printed(text, source="pass", tags=(), **metadata):
    output = nb.new_output("stream", name="stdout", text=text)
    metadata = {"tags": list(tags), **metadata}
    return nb.new_code_cell(source, execution_count=1, outputs=[output], metadata=metadata)


def texts_of(*cells):
    return [c["text"] for c in brief_content(nb.new_notebook(cells=[printed("kept"), *cells]))]


@pytest.mark.parametrize(
    "tag",
    ["remove-cell", "hide-cell", "remove_cell", "remove-output", "hide-output", "hide_output"],
)
def test_tags_of_jupyter_book_leave_outputs_out(tag):
    assert texts_of(printed("gone", tags=[tag])) == ["kept"]


def test_a_cell_that_nbsphinx_hides_is_left_out():
    assert texts_of(printed("gone", nbsphinx="hidden")) == ["kept"]


@pytest.mark.parametrize("key", ["raw_mimetype", "format"])
def test_a_raw_cell_says_its_language_in_two_ways(key):
    [_, shown] = brief_content(
        nb.new_notebook(
            cells=[printed("kept"), nb.new_raw_cell("<p>seen</p>", metadata={key: "text/html"})]
        )
    )
    assert text_of(shown["nodes"][0]) == "seen"


@pytest.mark.parametrize("tag", ["remove-input", "hide-input", "remove_input", "anything"])
def test_code_is_hidden_anyway(tag):
    assert texts_of(printed("seen", "code()", tags=[tag])) == ["kept", "seen"]


def test_a_markdown_cell_may_be_left_out():
    cell = nb.new_markdown_cell("# gone", metadata={"tags": ["remove-cell"]})
    assert texts_of(cell) == ["kept"]


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        ("#| echo: false", ["seen"]),
        ("#| echo: true", ["code()", "seen"]),
        ("#| output: false", []),
        ("#| echo: true\n#| output: false", ["code()"]),
        ("#| include: false", []),
        ("#| include: false\n#| echo: true", []),
        ("#| label: fig-x\n#| warning: false", ["seen"]),
        ("#| no: yaml: here", ["seen"]),
        ("# | a comment\n#| output: false", ["seen"]),
    ],
)
def test_options_of_quarto_say_what_is_shown(options, texts):
    assert texts_of(printed("seen", f"{options}\ncode()")) == ["kept", *texts]


def test_what_is_printed_as_it_is_is_markdown():
    cell = printed("## A *heading*", "#| output: asis\nprint()")
    contents = brief_content(nb.new_notebook(cells=[printed("kept"), printed("b"), cell]))
    assert contents[-1] == {"kind": "heading", "text": "A heading", "level": 2}


def test_outputs_hidden_in_jupyterlab_are_left_out():
    assert texts_of(printed("gone", jupyter={"outputs_hidden": True})) == ["kept"]


@pytest.mark.parametrize(
    ("option", "left"),
    [
        ("remove_cell_tags", ["kept"]),
        ("remove_all_outputs_tags", ["kept"]),
        ("remove_input_tags", ["kept", "two"]),
    ],
)
def test_nbconverts_own_choice_by_tags_works(option, left):
    config = Config({"TagRemovePreprocessor": {option: {"mine"}}})
    cells = [printed("kept"), printed("two", tags=["mine"])]
    page, _ = HTMLBriefExporter(config=config).from_notebook_node(nb.new_notebook(cells=cells))
    assert [text for text in ("kept", "two") if f">{text}</pre>" in page] == left


def test_nbconvert_does_not_change_the_numbers_of_cells():
    config = Config({"TagRemovePreprocessor": {"remove_cell_tags": {"mine"}}})
    picture = nb.new_output("display_data", {"image/png": "x"})
    cells = [
        printed("two", tags=["mine"]),
        nb.new_code_cell("p", execution_count=2, outputs=[picture]),
    ]
    with pytest.raises(BriefError, match=r"^cell 2 holds no image/png"):
        HTMLBriefExporter(config=config).from_notebook_node(nb.new_notebook(cells=cells))


NOT_RUN = nb.new_code_cell("1 + 1")


@pytest.mark.parametrize(
    ("cells", "number"),
    [
        ([nb.new_markdown_cell("# Title"), NOT_RUN], 2),
        ([printed("a"), nb.new_markdown_cell("x"), NOT_RUN], 3),
    ],
)
def test_a_notebook_that_was_not_run_is_refused_with_the_first_such_cell(cells, number):
    with pytest.raises(BriefError, match=f"^cell {number} was not run: run the notebook before"):
        brief_content(nb.new_notebook(cells=cells))


ENDED = nb.new_code_cell(
    "sys.exit(0)",
    execution_count=2,
    outputs=[
        nb.new_output("stream", name="stdout", text="nothing to do"),
        nb.new_output("error", ename="SystemExit", evalue="0", traceback=[]),
    ],
)


def test_a_notebook_that_ended_itself_well_is_a_brief_of_what_was_run():
    assert texts_of(ENDED, nb.new_markdown_cell("# Trend"), NOT_RUN) == ["kept", "nothing to do"]
    assert texts_of(ENDED, printed("went on")) == ["kept", "nothing to do", "went on"]
    tagged = {**ENDED, "metadata": {"tags": ["raises-exception"]}}
    assert texts_of(nb.new_code_cell(**tagged))[-1] == "SystemExit: 0"
    failed = nb.new_output("error", ename="SystemExit", evalue="1", traceback=[])
    with pytest.raises(BriefError, match=r"^cell 2 failed: SystemExit: 1$"):
        texts_of(nb.new_code_cell("sys.exit(1)", execution_count=2, outputs=[failed]))


def test_cells_that_are_not_to_be_run_and_empty_ones_need_no_run():
    cells = [nb.new_code_cell("#| eval: false\n#| echo: true\nx = 1"), nb.new_code_cell(" \n")]
    assert texts_of(*cells) == ["kept", "x = 1"]


def test_a_parameter_that_the_notebook_does_not_declare_is_refused_with_the_nearest():
    cells = [
        nb.new_code_cell(
            'country: str = "Poland"', execution_count=1, metadata={"tags": ["parameters"]}
        ),
        nb.new_code_cell(
            '# Parameters\ncontry = "Georgia"\n',
            execution_count=2,
            metadata={"tags": ["injected-parameters"]},
        ),
        printed("a"),
    ]
    with pytest.raises(ParameterError) as refusal:
        brief_content(nb.new_notebook(cells=cells))
    expected = "this notebook has no parameter 'contry'; did you mean country?"
    assert str(refusal.value) == expected
    cells[1].source = '# Parameters\ncountry = "Georgia"\n'
    assert brief_content(nb.new_notebook(cells=cells))
