"""Attaching files, and looking at them, in a real browser."""

import struct
import zlib

import pytest

from approvals import services
from approvals.models import Attachment, Question
from tests.approvals.attachments import bring, pdf, wanted
from tests.approvals.conftest import CONTENT, decide
from tests.approvals.files.samples import gif, jpeg, png, png_chunk, webp
from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SCREENS = [
    pytest.param(size, scheme, id=f"{size['width']}-{scheme}")
    for size in (DESKTOP, PHONE)
    for scheme in ("light", "dark")
]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def chart():
    """Bars of four heights, 640 × 360."""
    heights = [90, 210, 140, 300]
    rows = []
    for y in range(360):
        row = bytearray(b"\0")
        for x in range(640):
            bar, inside = divmod(x, 160)
            painted = 30 < inside < 130 and 360 - y < heights[bar]
            row += b"\x3f\x43\xd6" if painted else b"\xf6\xf7\xf9"
        rows.append(bytes(row))
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            png_chunk(b"IHDR", struct.pack(">IIBBBBB", 640, 360, 8, 2, 0, 0, 0)),
            png_chunk(b"IDAT", zlib.compress(b"".join(rows))),
            png_chunk(b"IEND", b""),
        ]
    )


@pytest.fixture
def files_here(tmp_path):
    """Files on the person's own disk, by name."""

    def write(**named):
        paths = []
        for name, data in named.items():
            path = tmp_path / name.replace("_", ".")
            path.write_bytes(data)
            paths.append(str(path))
        return paths

    return write


@pytest.fixture
def illustrated(ben, asha, deliver_all):
    """A question before Asha: approved once with a table, now with a chart and another table."""
    table = bring(ben, pdf(), "table.pdf")
    content = CONTENT
    made = services.create_question(
        content=content, attachments=wanted(table, alt_text="Table of the first year"), actor=ben
    )
    request = services.request_approval(question_id=made.pk, assigned_to=asha.email, actor=ben)
    deliver_all()
    decide(request.tasks.get(), asha)
    deliver_all()
    chart_upload, other = bring(ben, chart(), "chart.png"), bring(ben, pdf(b"null"), "second.pdf")
    services.revise_question(
        question_id=made.pk,
        content=content,
        attachments=[
            *wanted(chart_upload, alt_text="Bar chart of four harvests: 90, 210, 140 and 300 kg"),
            *wanted(other, alt_text="Table of the second year"),
        ],
        actor=ben,
    )
    again = services.request_approval(question_id=made.pk, assigned_to=asha.email, actor=ben)
    deliver_all()
    return again


def write_question(page):
    page.goto("/questions/new/")
    page.get_by_label("Question", exact=True).fill("Which harvest was the largest?")
    for letter, text in zip("AB", ("The second", "The fourth"), strict=True):
        page.get_by_role("textbox", name=f"Option {letter}").fill(text)
    page.get_by_label("Option B is right").check()


def test_ben_attaches_files_while_he_writes(open_browser, ben, files_here):
    page = open_browser(ben)
    write_question(page)

    page.get_by_label("Add pictures or documents").set_input_files(
        files_here(chart_png=chart(), table_pdf=pdf())
    )
    page.get_by_label("What the document is").fill("Table of values")
    page.get_by_label("What the picture shows").fill("Bar chart of four harvests")
    keep_picture(page, "attaching-1360-light")
    page.get_by_role("button", name="Save question").click()

    page.get_by_text("The question was saved.").wait_for()
    attached = Question.objects.get().content.attachments
    assert [each.name for each in attached] == ["chart.png", "table.pdf"]
    assert attached[0].alt_text == "Bar chart of four harvests"


def test_the_cursor_goes_to_what_is_to_be_said_of_the_new_file(open_browser, ben, files_here):
    page = open_browser(ben)
    page.goto("/questions/new/")

    page.get_by_label("Add pictures or documents").set_input_files(files_here(chart_png=chart()))
    page.get_by_label("What the picture shows").wait_for()

    page.wait_for_function("document.activeElement.id.startsWith('alt-')")


def test_a_refused_file_is_said_beside_the_field_at_once(open_browser, ben, files_here):
    page = open_browser(ben)
    page.goto("/questions/new/")

    page.get_by_label("Add pictures or documents").set_input_files(files_here(a_png=b"<svg/>"))
    page.get_by_text("a.png: Only PNG, JPEG, GIF and WebP").wait_for()

    keep_picture(page, "attaching-refused-1360-light")
    assert accessibility_findings(page) == []
    assert page.get_by_label("Add pictures or documents").input_value() == ""


def test_an_upload_shows_how_far_it_has_come(open_browser, ben, files_here):
    page = open_browser(ben)
    page.goto("/questions/new/")
    meter = page.get_by_role("progressbar", name="Uploading")
    held = []
    page.route("**/attachments/", lambda route: held.append(route))
    assert not meter.is_visible()

    page.get_by_label("Add pictures or documents").set_input_files(files_here(chart_png=chart()))
    meter.wait_for()
    held[0].continue_()
    page.get_by_label("What the picture shows").wait_for()

    assert not meter.is_visible()


def test_files_are_attached_without_javascript(open_browser, ben, files_here):
    page = open_browser(ben, javascript=False)
    write_question(page)
    page.get_by_label("Add pictures or documents").set_input_files(files_here(chart_png=chart()))
    page.get_by_role("button", name="Save question").click()

    page.get_by_label("What the picture shows").fill("Bar chart of four harvests")
    page.get_by_role("button", name="Save question").click()

    assert page.get_by_text("The question was saved.").is_visible()
    assert len(Question.objects.get().attachments) == 1


def test_a_file_is_removed_in_a_new_version(open_browser, ben):
    made = services.create_question(
        content=CONTENT, attachments=wanted(bring(ben, chart())), actor=ben
    )
    page = open_browser(ben)
    page.goto(f"/questions/{made.pk}/")

    page.get_by_text("Write a new version").click()
    page.get_by_label("Remove chart.png").check()
    page.get_by_role("button", name="Save version 2").click()

    page.get_by_text("Version 2 was saved.").wait_for()
    made.refresh_from_db()
    assert made.attachments == []


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.png", png(3, 2)), ("a.jpg", jpeg(16, 8)), ("a.gif", gif(3, 2)), ("a.webp", webp())],
    ids=["png", "jpeg", "gif", "webp"],
)
def test_a_browser_shows_what_is_kept(open_browser, ben, name, data):
    upload = bring(ben, data, name)
    page = open_browser(ben)
    page.goto("/questions/new/")

    size = page.evaluate(
        """address => new Promise((resolve, reject) => {
            const image = new Image();
            image.onload = () => resolve([image.naturalWidth, image.naturalHeight]);
            image.onerror = () => reject(new Error("not shown"));
            image.src = address;
        })""",
        f"/attachments/{upload.pk}/",
    )

    assert size == [upload.width, upload.height]


def test_asha_sees_the_picture_and_saves_the_document(open_browser, asha, illustrated):
    page = open_browser(asha)
    page.goto(f"/tasks/{illustrated.tasks.get().pk}/")

    picture = page.get_by_role("img", name="Bar chart of four harvests")
    picture.wait_for()
    assert picture.evaluate("image => image.complete && image.naturalWidth") == 640
    with page.expect_download() as saved:
        page.get_by_role("link", name="Table of the second year PDF").click()
    assert saved.value.suggested_filename == "second.pdf"


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_axe_finds_nothing_on_the_review_page(open_browser, asha, illustrated, size, scheme):
    page = open_browser(asha, viewport=size, scheme=scheme)
    page.goto(f"/tasks/{illustrated.tasks.get().pk}/")
    page.get_by_role("img", name="Bar chart of four harvests").wait_for()

    keep_picture(page, f"review-attached-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_axe_finds_nothing_on_the_form(open_browser, ben, illustrated, size, scheme):
    services.cancel_request(request_id=illustrated.pk, actor=ben)
    page = open_browser(ben, viewport=size, scheme=scheme)
    page.goto(f"/questions/{illustrated.question_id}/")
    page.get_by_text("Write a new version").click()
    page.get_by_label("Remove second.pdf").check()
    for summary in page.get_by_text("What changed").all():
        summary.click()

    keep_picture(page, f"question-attached-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []
    assert Attachment.objects.count() == 3
