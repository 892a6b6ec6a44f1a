"""placeholder"""

from pages.components.basics import *
from pages.router import View


async def load(ctx):
    def build():
        heading("Hello")
        link("board", "/board")

    return View("Home", build)
