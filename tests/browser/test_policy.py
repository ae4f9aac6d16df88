"""The pages work under their content security policy: the browser refuses nothing that they do."""

import contextlib

import pytest

from tests.browser.chromium import (
    FLAGS,
    LONG_PATIENCE,
    PATIENCE,
    choose,
    choose_method,
    find_chromium,
    wait_for_answer,
    wait_for_map,
)

pytestmark = pytest.mark.browser

CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
SCREENS = {"desktop": (1280, 900), "phone": (390, 844)}
# Before any script of the page: what was refused is told to the document that asked for it.
LISTEN = """addEventListener('securitypolicyviolation', (event) => {
    (window.refused ||= []).push(`${event.effectiveDirective} ${event.blockedURI}`)
}, true)"""


@pytest.fixture(scope="module")
def browser_with_camera(browser):
    with contextlib.closing(
        browser.browser_type.launch(executable_path=find_chromium(), args=[*FLAGS, *CAMERA])
    ) as other:
        yield other


@pytest.fixture(params=SCREENS)
def watched(request, browser_with_camera):
    """A page without an address yet, and the lines of its console."""
    width, height = SCREENS[request.param]
    context = browser_with_camera.new_context(
        viewport={"width": width, "height": height}, permissions=["camera", "clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.add_init_script(LISTEN)
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text))
    yield page, lines
    context.close()


def require_nothing_refused(page, lines):
    assert page.evaluate("window.refused || []") == []
    assert [line for line in lines if "Content Security Policy" in line or "Permissions policy" in line] == []


@pytest.mark.slow
def test_a_photo_is_uploaded_explained_and_saved(watched, address, examples, tmp_path):
    page, lines = watched
    page.goto(address)
    page.wait_for_selector("#photo input[type=file]", state="attached")

    choose(page, examples / "astronaut.jpg")
    wait_for_answer(page)
    choose_method(page, "saliency")
    wait_for_map(page, "saliency")
    with page.expect_download(timeout=LONG_PATIENCE) as saved:
        page.click("#save")
    with page.expect_download(timeout=LONG_PATIENCE) as report:
        page.click("#report-json")

    assert saved.value.suggested_filename.endswith(".png")
    assert report.value.suggested_filename.endswith(".json")
    require_nothing_refused(page, lines)


def test_camera_and_clipboard(watched, address):
    page, lines = watched
    page.goto(address)
    page.wait_for_selector("#photo input[type=file]", state="attached")

    page.click("#photo button[aria-label='Capture from camera']")
    page.click("#photo button:has-text('Click to Access Webcam'), #photo [title='grant webcam access']")
    page.wait_for_function("document.querySelector('#photo video')?.videoWidth > 0")
    page.click("#photo button[aria-label='capture photo']")
    page.wait_for_selector("#photo img[src*='/file=']")
    page.click("#photo button[aria-label='Remove Image']")
    page.wait_for_selector("#answer .card.empty")
    page.evaluate(
        """async () => {
            const canvas = Object.assign(document.createElement('canvas'), {width: 64, height: 64})
            const blob = await new Promise((done) => canvas.toBlob(done))
            await navigator.clipboard.write([new ClipboardItem({'image/png': blob})])
        }"""
    )
    page.click("#photo button[aria-label='Paste from clipboard']")
    page.wait_for_selector("#photo img[src*='/file=']")

    require_nothing_refused(page, lines)


@pytest.mark.parametrize("path, there", [("several", "#files"), ("guess", "#guess-round img"), ("about", "#about h1")])
def test_the_other_pages(watched, address, path, there):
    page, lines = watched
    page.goto(f"{address}{path}")
    page.wait_for_selector(there)

    require_nothing_refused(page, lines)


def test_what_comes_from_elsewhere_is_refused_and_noticed(watched, address):
    page, lines = watched
    page.goto(f"{address}about")
    page.wait_for_selector("#about h1")

    page.evaluate("new Image().src = 'https://example.org/pixel.png'; fetch('https://example.org/').catch(() => {})")
    page.wait_for_function("window.refused?.length >= 2")

    assert {line.split()[0] for line in page.evaluate("window.refused")} == {"img-src", "connect-src"}
    assert any("Content Security Policy" in line for line in lines)
