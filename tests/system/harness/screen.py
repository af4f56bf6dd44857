#!/usr/bin/python3
"""screen.py text|dark|light COLUMNS ROWS <BYTES

Shows what a terminal of that size shows after BYTES: as text; or as a camera
in front of it reads it, with the theme's own colours dark or light: the text of
each QR code that zbarimg finds.
"""
import subprocess
import sys

import pyte
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 6, 12  # of a cell, in points
SCALE = 2
FONT = ImageFont.load_default()
THEMES = {"dark": ("#000000", "#c0c0c0"), "light": ("#ffffff", "#202020")}
# As themes have them; white is a light grey in most.
COLOURS = {"black": "#000000", "red": "#aa0000", "green": "#00aa00",
           "brown": "#aa5500", "blue": "#0000aa", "magenta": "#aa00aa",
           "cyan": "#00aaaa", "white": "#aaaaaa"}
# What half blocks fill: top and bottom, in twelfths of a cell.
BLOCKS = {"\u2588": (0, 12), "\u2580": (0, 6), "\u2584": (6, 12)}


def screen(columns, rows, data):
    result = pyte.Screen(columns, rows)
    pyte.ByteStream(result).feed(data)
    return result


def colour(name, default):
    if name == "default":
        return default
    return COLOURS.get(name, "#" + name)


def paint_cell(draw, x, y, cell, theme):
    ground, ink = theme
    back = colour(cell.bg, ground)
    front = colour(cell.fg, ink)
    if cell.reverse:
        back, front = front, back
    draw.rectangle((x, y, x + WIDTH - 1, y + HEIGHT - 1), fill=back)
    if cell.data in BLOCKS:
        top, bottom = BLOCKS[cell.data]
        draw.rectangle((x, y + top, x + WIDTH - 1, y + bottom - 1), fill=front)
    elif cell.data.strip():
        draw.text((x, y), cell.data.encode("latin-1", "replace"), font=FONT,
                  fill=front)


def picture(shown, theme):
    image = Image.new("RGB", ((shown.columns + 4) * WIDTH,
                              (shown.lines + 2) * HEIGHT), theme[0])
    draw = ImageDraw.Draw(image)
    for row in range(shown.lines):
        for column in range(shown.columns):
            paint_cell(draw, (column + 2) * WIDTH, (row + 1) * HEIGHT,
                       shown.buffer[row][column], theme)
    return image.resize((image.width * SCALE, image.height * SCALE),
                        Image.NEAREST)


def scan(image):
    ppm = b"P6 %d %d 255\n" % image.size + image.tobytes()
    found = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "--nodbus", "-Sdisable",
         "-Sqrcode.enable", "-Sbinary", "ppm:-"], input=ppm,
        capture_output=True, check=False)
    if found.returncode not in (0, 4):  # 4: it found none
        sys.exit(found.stderr.decode())
    return found.stdout.decode().rstrip("\n")


def main():
    how, columns, rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    shown = screen(columns, rows, sys.stdin.buffer.read())
    if how == "text":
        print("\n".join(shown.display))
    else:
        print(scan(picture(shown, THEMES[how])), end="")


if __name__ == "__main__":
    main()
