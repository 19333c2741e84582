#!/usr/bin/env python3
"""Draws a terminal's screen as SVG, so that the README can show what a command prints. Standard library only.

    tmux capture-pane -e -p | eng/terminal-picture.py "./sluice demo" > docs/images/demo.svg
    tmux capture-pane -e -p | eng/terminal-picture.py "./sluice demo --burst 20" --whole-cells > docs/images/burst-demo.svg

Letters are text in the reader's own monospace font, each run stretched to its cells; bars, curves and frames are drawn, so they join
in any font. With --whole-cells blocks fill their cell, as in a terminal, so that curves of several lines join. Understands SGR colours
(16, 256 and 24-bit) and bold; other escape sequences are dropped.
"""
import html
import re
import sys

CELL, LINE, SIZE, PAD, BAR = 8.4, 19.0, 14, 16, 34
INK, PAPER = "#d4d4d4", "#16181d"
BASIC = ["#3b3f46", "#e0565b", "#5fbf6b", "#d9b44a", "#5c93e6", "#b87fd9", "#4fc1c9", "#c8ccd4",
         "#8a919e", "#ff6b70", "#78d985", "#f0cd6a", "#7fb0ff", "#d39df0", "#6fe0e8", "#ffffff"]
ESCAPE = re.compile(r"\x1b\[([0-9;:]*)([A-Za-z])|\x1b[()][A-Z0-9]|\x1b\][^\x07]*\x07|\x0f|\x0e")
HORIZONTAL = "▏▎▍▌▋▊▉█"
VERTICAL = "▁▂▃▄▅▆▇"
FRAMES = {"─": "LR", "│": "UD", "╭": "RD", "╮": "LD", "╰": "RU", "╯": "LU", "├": "UDR", "┤": "UDL", "┬": "LRD", "┴": "LRU", "┼": "LRUD"}


def colour(number):
    """The colour of a number of the 256-colour palette."""
    if number < 16:
        return BASIC[number]
    if number >= 232:
        return "#" + f"{8 + 10 * (number - 232):02x}" * 3
    number -= 16
    return "#" + "".join(f"{0 if level == 0 else 55 + 40 * level:02x}" for level in (number // 36, number // 6 % 6, number % 6))


def restyle(style, codes):
    """The style (ink, paper, bold) after an SGR sequence."""
    ink, paper, bold = style
    codes = [int(code or 0) for code in re.split("[;:]", codes)]
    while codes:
        code = codes.pop(0)
        if code == 0:
            ink, paper, bold = None, None, False
        elif code in (1, 22):
            bold = code == 1
        elif code in (39, 49):
            ink, paper = (None, paper) if code == 39 else (ink, None)
        elif code in (38, 48) and codes:
            kind = codes.pop(0)
            value = colour(codes.pop(0)) if kind == 5 else "#" + "".join(f"{codes.pop(0):02x}" for _ in range(3))
            ink, paper = (value, paper) if code == 38 else (ink, value)
        elif 30 <= code <= 37 or 90 <= code <= 97:
            ink = BASIC[code % 10 + (8 if code >= 90 else 0)]
        elif 40 <= code <= 47 or 100 <= code <= 107:
            paper = BASIC[code % 10 + (8 if code >= 100 else 0)]
    return ink, paper, bold


def cells(screen):
    """Rows of (character, style)."""
    style, rows = (None, None, False), []
    for line in screen.rstrip("\n").split("\n"):
        row, at = [], 0
        while at < len(line):
            found = ESCAPE.match(line, at)
            if found:
                if found.group(2) == "m":
                    style = restyle(style, found.group(1))
                at = found.end()
            else:
                row.append((line[at], style))
                at += 1
        rows.append(row)
    while rows and not "".join(character for character, _ in rows[-1]).strip():
        rows.pop()
    return rows


def rectangle(x, y, width, height, fill):
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{fill}"/>'


def drawn(character, x, y, ink, run=1, whole=False):
    """The shapes of a block or frame character that stands `run` times in a row, or None for a letter."""
    if whole and character in VERTICAL + "█":
        height = LINE * ((VERTICAL + "█").index(character) + 1) / 8
        return rectangle(x, y + LINE - height, CELL * run + 0.3, height, ink)
    if character in HORIZONTAL:
        return rectangle(x, y + LINE * 0.14, CELL * (run - 1 + (HORIZONTAL.index(character) + 1) / 8), LINE * 0.72, ink)
    if character in VERTICAL:
        height = LINE * 0.8 * (VERTICAL.index(character) + 1) / 8
        return rectangle(x + 0.4, y + LINE * 0.9 - height, CELL - 0.8, height, ink)
    if character == "■":
        return rectangle(x + 0.5, y + LINE * 0.32, CELL - 1, LINE * 0.42, ink)
    if character not in FRAMES:
        return None
    middle, half = x + CELL / 2, y + LINE / 2
    ends = {"L": (x, half), "R": (x + CELL, half), "U": (middle, y), "D": (middle, y + LINE)}
    sides = FRAMES[character]
    if character == "─":
        ends["R"] = (x + CELL * run, half)
    if character in "╭╮╰╯":
        (x1, y1), (x2, y2) = ends[sides[0]], ends[sides[1]]
        path = f"M{x1:.2f} {y1:.2f}Q{middle:.2f} {half:.2f} {x2:.2f} {y2:.2f}"
    else:
        path = "".join(f"M{middle:.2f} {half:.2f}L{ends[side][0]:.2f} {ends[side][1]:.2f}" for side in sides)
    return f'<path d="{path}" stroke="{ink}" fill="none" stroke-width="1.1"/>'


def draw(rows, title, whole=False):
    """The SVG of all rows below a window's title bar."""
    columns = max(len(row) for row in rows)
    width, height = columns * CELL + 2 * PAD, len(rows) * LINE + BAR + PAD
    shapes = [rectangle(0, 0, width, height, PAPER).replace("/>", ' rx="9"/>')]
    lights = ("#ff5f57", "#febc2e", "#28c840")
    shapes += [f'<circle cx="{PAD + 4 + 18 * n}" cy="{BAR / 2}" r="5.5" fill="{c}"/>' for n, c in enumerate(lights)]
    shapes.append(f'<text x="{width / 2:.1f}" y="{BAR / 2 + 5}" text-anchor="middle" fill="#8a8f98">{html.escape(title)}</text>')
    for number, row in enumerate(rows):
        y, column = BAR + number * LINE, 0
        while column < len(row):
            character, style = row[column]
            ink, paper, bold = style
            end = column + 1
            while character in ("█─▁▂▃▄▅▆▇" if whole else "█─") and end < len(row) and row[end] == row[column]:
                end += 1
            shape = drawn(character, PAD + column * CELL, y, ink or INK, end - column, whole)
            while shape is None and end < len(row) and row[end][1] == style and drawn(row[end][0], 0, 0, INK) is None:
                end += 1
            if paper:
                shapes.append(rectangle(PAD + column * CELL, y, (end - column) * CELL, LINE, paper))
            run = "".join(c for c, _ in row[column:end])
            if shape:
                shapes.append(shape)
            elif run.strip():
                lead = len(run) - len(run.lstrip())
                text = run.strip()
                weight = ' font-weight="bold"' if bold else ""
                shapes.append(f'<text x="{PAD + (column + lead) * CELL:.2f}" y="{y + LINE * 0.73:.2f}"'
                              f' textLength="{len(text) * CELL:.2f}" lengthAdjust="spacingAndGlyphs"'
                              f' fill="{ink or INK}"{weight} xml:space="preserve">{html.escape(text)}</text>')
            column = end
    body = "\n".join(shapes)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.1f} {height:.1f}" width="{width:.0f}" height="{height:.0f}" '
            'font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',monospace" '
            f'font-size="{SIZE}">\n{body}\n</svg>\n')


if __name__ == "__main__":
    titles = [argument for argument in sys.argv[1:] if argument != "--whole-cells"]
    sys.stdout.write(draw(cells(sys.stdin.read()), titles[0] if titles else "", "--whole-cells" in sys.argv))
