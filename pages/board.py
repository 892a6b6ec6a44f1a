"""placeholder"""

from pages.components.basics import *
from pages.router import View


async def load(ctx):
    def build():
        heading("Board")
        link("home", "/")

    return View("Home", build)
