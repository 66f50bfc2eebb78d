"""The checks of every page find what they look for."""

from playwright.async_api import Browser

from tests.browser.checks import focused, page_faults

PIXEL = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
SOUND = f"""<!doctype html><html lang="en"><title>Sound</title><body style="background: white">
<main><h1>Sound</h1><label for="a">A</label><input id="a"><img alt="" src="{PIXEL}"></main>
<style>:focus {{ outline: 2px solid }}</style>"""
BROKEN = """<!doctype html><html><body style="background: white; margin: 0"><h1>One</h1><h1>Two</h1>
<input id="a"><i id="a"></i><button></button><img src="data:,">
<p style="color: #999">pale</p><p style="width: 900px" aria-describedby="nothing">wide</p>
<style>:focus { outline: none }</style>"""
FAULTS = (
    "the page does not say its language",
    "the page has no title",
    "2 h1 instead of one",
    "there is not one main",
    "900 px wide in a window of 390 px",
    "two elements have the id a",
    "aria-describedby leads nowhere",
    "a field without a label",
    "nothing is read aloud",
    "a picture without alt",
    "a picture that does not load",
    'contrast 2.85 of "pale"',
)


async def test_checks_find_faults_and_only_faults(browser: Browser) -> None:
    page = await browser.new_page(viewport={"width": 390, "height": 844})
    await page.set_content(SOUND)
    assert await page_faults(page) == []
    await page.set_content(BROKEN)
    found = await page_faults(page)
    assert len(found) == len(FAULTS), found
    for fault in FAULTS:
        assert any(one.startswith(fault) for one in found), (fault, found)
    await page.close()


async def test_focus_is_seen_where_it_is_shown(browser: Browser) -> None:
    page = await browser.new_page()
    for content, is_shown in ((SOUND, True), (BROKEN, False)):
        await page.set_content(content)
        assert await focused(page) is None
        await page.locator("input").focus()
        at = await focused(page)
        assert at
        assert (at["id"], at["isShown"], at["isInSight"]) == ("a", is_shown, True)
    await page.close()
