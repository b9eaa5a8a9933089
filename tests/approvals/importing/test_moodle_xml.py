import pytest

from approvals.importing.rows import ParsedRow, RowError

from .parse import LISBON, contents, errors, parsed, refusal

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def quiz(*questions):
    return HEAD + "<quiz>\n" + "\n".join(questions) + "\n</quiz>"


def question(
    text="<![CDATA[<p>What is the capital of Portugal?</p>]]>",
    answers=(("100", "Lisbon"), ("0", "Porto")),
    kind="multichoice",
    text_format="html",
    extra="",
):
    listed = "".join(
        f'<answer fraction="{fraction}" format="html"><text>{answer}</text>'
        "<feedback><text>Well.</text></feedback></answer>"
        for fraction, answer in answers
    )
    return (
        f'<question type="{kind}"><name><text>Q1</text></name>'
        f'<questiontext format="{text_format}"><text>{text}</text></questiontext>'
        f"<generalfeedback><text>G</text></generalfeedback>{extra}{listed}</question>"
    )


def category(path):
    return f'<question type="category"><category><text>{path}</text></category></question>'


def test_a_question_has_its_text_options_and_key():
    assert parsed(quiz(question())) == [
        ParsedRow(3, LISBON.question_text, LISBON.options, "Lisbon")
    ]


def test_escaped_html_is_read_as_well():
    row = parsed(quiz(question("&lt;p&gt;1 &amp;lt; 2&lt;br&gt;or &amp;amp;&lt;/p&gt;")))[0]

    assert row.question_text == "1 < 2\nor &"


@pytest.mark.parametrize("text_format", ["plain_text", "markdown"])
def test_plain_text_stays_as_it_is(text_format):
    row = parsed(quiz(question("1 &lt;b&gt; 2\n 3", text_format=text_format)))[0]

    assert row.question_text == "1 <b> 2\n 3"


@pytest.mark.parametrize(("right", "key"), [("true", "True"), ("false", "False")])
def test_true_or_false_has_two_options(right, key):
    answers = [("100" if text == right else "0", text) for text in ("true", "false")]

    row = parsed(quiz(question(kind="truefalse", answers=answers)))[0]

    assert (row.options, row.correct_answer) == (("True", "False"), key)


def test_wrong_answers_may_cost_marks():
    assert contents(quiz(question(answers=(("-50", "Porto"), ("100.0", "Lisbon")))))[0].options == (
        "Porto",
        "Lisbon",
    )


def test_the_category_is_the_subject_from_there_on():
    rows = parsed(quiz(question(), category("$course$/top/Geography"), question()))

    assert [row.subject for row in rows] == ["", "Geography"]


def test_the_line_is_that_of_the_element():
    assert [row.line for row in parsed(quiz(question(), "", question()))] == [3, 5]


def test_the_encoding_of_the_declaration_counts():
    data = quiz(question("Où?")).replace("UTF-8", "ISO-8859-1").encode("latin-1")

    assert parsed(data)[0].question_text == "Où?"


def test_utf_16_is_read():
    data = quiz(question("Où?")).replace("UTF-8", "UTF-16").encode("utf-16")

    assert parsed(data)[0].question_text == "Où?"


@pytest.mark.parametrize("kind", ["essay", "shortanswer", "matching", "numerical", "cloze", ""])
def test_other_kinds_are_an_error_by_name(kind):
    assert parsed(quiz(question(kind=kind))) == [
        RowError(3, "unsupported_kind", f"Questions of type {kind or '(none)'} are not taken in.")
    ]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"extra": "<single>false</single>"}, "several_keys"),
        ({"answers": (("50", "1"), ("50", "2"))}, "several_keys"),
        ({"answers": (("100", "1"), ("50", "2"))}, "several_keys"),
        ({"answers": (("0", "1"), ("0", "2"))}, "key_missing"),
        ({"answers": ()}, "key_missing"),
        ({"answers": (("all", "1"),)}, "not_understood"),
        ({"answers": (("nan", "1"), ("0", "2"))}, "key_missing"),
        ({"answers": (("100", "1"), ("0", "1"))}, "options_duplicate"),
        (
            {"answers": [("100", "x")] + [("0", str(number)) for number in range(99)]},
            "options_too_many",
        ),
        ({"text": "<![CDATA[<img src='@@PLUGINFILE@@/map.png'>Where?]]>"}, "not_plain_text"),
        ({"text": "What <b>is</b> it?"}, "not_understood"),
        ({"text": "<![CDATA[<!-- nothing -->]]>"}, "question_text_empty"),
        ({"text": "x" * 1_000_000}, "not_plain_text"),
        ({"text": "x" * 50_000}, "too_long"),
    ],
)
def test_what_is_not_taken_in_is_an_error_of_its_row(given, code):
    assert errors(quiz(question(), question(**given), question())) == [(4, code)]


def test_scripts_leave_nothing_behind():
    row = parsed(quiz(question("<![CDATA[<script>alert(1)</script><p onclick='x()'>Who?</p>]]>")))

    assert row[0].question_text == "Who?"


BOMB = (
    '<!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    "<quiz>&c;</quiz>"
)
EXTERNAL = '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>'
ELSEWHERE = '<!DOCTYPE quiz SYSTEM "http://127.0.0.1/quiz.dtd"><quiz></quiz>'


@pytest.mark.parametrize("data", [BOMB, EXTERNAL, ELSEWHERE, "<!DOCTYPE quiz><quiz/>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_bombs_and_external_entities_are_refused(data, encoding):
    assert refusal(data.encode(encoding), "quiz.xml") == (
        "xml_not_allowed",
        "The file declares a document type or entities; neither is read.",
    )


@pytest.mark.parametrize(
    ("data", "code", "reason"),
    [
        ("<quiz>\n<question>", "not_xml", "Line 2 is not valid XML: no element found."),
        ("<quiz>\n</quit>", "not_xml", "Line 2 is not valid XML: mismatched tag."),
        ("<quiz>&x;</quiz>", "not_xml", "Line 1 is not valid XML: undefined entity."),
        ("<html></html>", "not_moodle_xml", "The file begins with <html>, not <quiz>."),
        ("<quiz>" + "<a>" * 40, "not_moodle_xml", "The elements are nested too deeply."),
    ],
)
def test_what_is_no_quiz_is_refused_with_its_line(data, code, reason):
    assert refusal(data) == (code, reason)


@pytest.mark.parametrize("encoding", ["klingon", "utf-7", "rot13"])
def test_an_unknown_encoding_is_refused(encoding):
    assert refusal(f'<?xml version="1.0" encoding="{encoding}"?><quiz/>')[0] == "not_xml"
