"""What axe has against a page, in both colour schemes, as it is painted at rest."""

from pathlib import Path
from typing import Final

from playwright.async_api import Page

AXE: Final = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

PAINTED = """
async () => {
  const frame = () => new Promise(requestAnimationFrame)
  await frame()
  await Promise.allSettled(document.getAnimations().map((each) => each.finished))
  await frame()
}
"""
"""Waits until the page looks as it will: half-way between two schemes no contrast is right."""


ROUNDS = 5
"""How often a page is judged anew before what axe says of it counts."""


async def clean(page: Page) -> None:
    """Nothing to complain of for axe, in both colour schemes."""
    await page.evaluate(AXE.read_text())
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        told = await violations(page)
        for _ in range(ROUNDS):
            if not told:
                break
            # A list that arrived or a colour on its way is judged again; what stays wrong fails.
            told = await violations(page)
        assert told == [], f"{page.url} {scheme}"


async def violations(page: Page) -> list[str]:
    """What axe says of the page as it is painted now."""
    await page.evaluate(PAINTED)
    found = await page.evaluate("async (tags) => (await axe.run({runOnly: tags})).violations", RULES)
    return [
        f"{each['id']}: {node['html'][:160]} {node.get('failureSummary', '')}"
        for each in found
        for node in each["nodes"]
    ]
