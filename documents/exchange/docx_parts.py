"""The parts of a Word file (Office Open XML) besides its text: what they are called, styles, kinds of lists."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"

# The names that pandoc gives the styles of code.
CODE_BLOCK = "Source Code"
CODE = "Verbatim Char"
# The kinds of lists, each with the sign that Word sets before an item; "" is a number.
SIGNS = {"bullet": "•", "ordered": "", "unchecked": "☐", "checked": "☑"}
LEVELS = 9
# Twips: twentieths of a point.
STEP = 720
HANGING = 360
TEXT_WIDTH = 9026
TEXT_HEIGHT = 13958
HEADING_SIZES = (40, 32, 28, 26, 24, 22)
# List ids up to here are one of each kind; a numbered list that begins anew gets one of its own above it.
FIRST_OWN_LIST = 10

CONTENT_TYPES = f"""{HEAD}<Types xmlns="{PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Default Extension="png" ContentType="image/png"/>\
<Default Extension="jpeg" ContentType="image/jpeg"/>\
<Override PartName="/word/document.xml" ContentType="{WORD}.document.main+xml"/>\
<Override PartName="/word/styles.xml" ContentType="{WORD}.styles+xml"/>\
<Override PartName="/word/numbering.xml" ContentType="{WORD}.numbering+xml"/>\
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>\
</Types>"""

PACKAGE_RELATIONS = f"""{HEAD}<Relationships xmlns="{PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/>\
<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>\
</Relationships>"""


def _style(name: str, properties: str = "", *, kind: str = "paragraph", based_on: str = "Normal") -> str:
    default = ' w:default="1"' if name == "Normal" else ""
    base = f'<w:basedOn w:val="{based_on}"/>' if kind == "paragraph" and not default else ""
    return (
        f'<w:style w:type="{kind}"{default} w:styleId="{style_id(name)}"><w:name w:val="{name}"/>{base}'
        f"<w:qFormat/>{properties}</w:style>"
    )


def style_id(name: str) -> str:
    """By what the text refers to a style."""
    return name.title().replace(" ", "")


_MONOSPACED = '<w:rPr><w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/></w:rPr>'

STYLES = "".join(
    (
        f'{HEAD}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>'
        '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/><w:sz w:val="22"/><w:szCs w:val="22"/>'
        '</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120"/></w:pPr></w:pPrDefault></w:docDefaults>',
        _style("Normal"),
        *(
            _style(
                f"heading {level}",
                f'<w:pPr><w:keepNext/><w:spacing w:before="240"/><w:outlineLvl w:val="{level - 1}"/></w:pPr>'
                f'<w:rPr><w:b/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>',
            )
            for level, size in enumerate(HEADING_SIZES, 1)
        ),
        _style("List Paragraph", "<w:pPr><w:contextualSpacing/></w:pPr>"),
        _style("Quote", f'<w:pPr><w:ind w:left="{STEP}" w:right="{STEP}"/></w:pPr><w:rPr><w:i/></w:rPr>'),
        _style(CODE_BLOCK, f'<w:pPr><w:spacing w:after="0"/></w:pPr>{_MONOSPACED}'),
        _style(CODE, _MONOSPACED, kind="character"),
        _style("Hyperlink", '<w:rPr><w:color w:val="0563C1"/><w:u w:val="single"/></w:rPr>', kind="character"),
        "</w:styles>",
    )
)


def numbering(own_lists: int) -> str:
    """The kinds of lists, and so many numbered ones that begin at 1 each."""
    return "".join(
        (
            f'{HEAD}<w:numbering xmlns:w="{W}">',
            *(_kind(number, sign) for number, sign in enumerate(SIGNS.values(), 1)),
            *(_list(number, number) for number in range(1, len(SIGNS) + 1)),
            *(_list(FIRST_OWN_LIST + number, list_id("ordered"), anew=True) for number in range(own_lists)),
            "</w:numbering>",
        )
    )


def list_id(kind: str) -> int:
    """By what an item refers to a kind of list."""
    return list(SIGNS).index(kind) + 1


def _kind(number: int, sign: str) -> str:
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{"bullet" if sign else "decimal"}"/>'
        f'<w:lvlText w:val="{sign or f"%{level + 1}."}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{(level + 1) * STEP}" w:hanging="{HANGING}"/></w:pPr></w:lvl>'
        for level in range(LEVELS)
    )
    return f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'


def _list(number: int, kind: int, *, anew: bool = False) -> str:
    restarts = "".join(
        f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="1"/></w:lvlOverride>'
        for level in range(LEVELS if anew else 0)
    )
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{kind}"/>{restarts}</w:num>'


def relations(links: Iterable[str], images: Iterable[str]) -> str:
    """What the text refers to: styles, lists, these links as `link0`, `link1` …, and images likewise."""
    return "".join(
        (
            f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="styles" Type="{R}/styles" Target="styles.xml"/>'
            f'<Relationship Id="numbering" Type="{R}/numbering" Target="numbering.xml"/>',
            *(
                f'<Relationship Id="link{number}" Type="{R}/hyperlink" Target={quoteattr(link)} TargetMode="External"/>'
                for number, link in enumerate(links)
            ),
            *(
                f'<Relationship Id="image{number}" Type="{R}/image" Target="{target}"/>'
                for number, target in enumerate(images)
            ),
            "</Relationships>",
        )
    )


def table(grid: str, rows: str) -> str:
    """A table with lines around its cells."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for side in sides)
    look = f'<w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>{borders}</w:tblBorders></w:tblPr>'
    return f"<w:tbl>{look}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"


def properties(title: str) -> str:
    """What the file says of itself."""
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title></cp:coreProperties>'
    )
