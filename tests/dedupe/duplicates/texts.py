"""Stories of our own for the tests of the duplicates stage; nobody and no place in them exists."""

from __future__ import annotations

from dedupe.models import Article

WIRE = """\
ORLAVIK (AP) — The harbour bridge of Orlavik will stay closed until late autumn after divers found deep
cracks in
two of its piers, the city's engineer, Marta Quillen, said on Tuesday.
Some 14,000 cars cross the bridge on a working day. A ferry that the city hired over the weekend carries no
more
than 120 of them an hour, and queues on both banks reached three kilometres before noon.
"We looked for the crack that the sensors had reported and found four more," Quillen told reporters at the
quay.
"Nobody should drive over a pier that we would not put our own name to."
The bridge was opened in 1967 and last overhauled in 1998. A report that the council received two years ago
put the
cost of new piers at 38 million crowns, but the money was spent on a tram line instead.
Opposition councillors called for the report to be published in full. The mayor, Anselm Vordt, said it would
be,
once the lawyers had read it, and asked residents to work from home where they could.
Fishermen whose boats lie upstream of the bridge may not pass under it for now. Their guild put the loss at
2,000
crowns a boat and week, and said it would ask the city to make it good.
Shipping of timber from the inland mills moves to the port of Kessling, 60 kilometres to the south, until
divers
have braced the piers with steel collars. The collars are being welded in Kessling and are due in nine
days."""

INDEPENDENT = """\
Anyone who lives on the north bank of Orlavik needed patience this week. The line for the small ferry wound
past
the old customs house, past the bakery, and ended somewhere near the stadium.
Ilse Brandek had got up at four to reach the hospital where she works as a nurse. By seven she was still
waiting,
a thermos between her knees. Her neighbour drove the long way round over the dam, which takes two hours.
At the quay the engineers explained themselves. "Nobody should drive over a pier that we would not put our
own name
to," Quillen said, and several people in the crowd applauded.
Shopkeepers on Bridge Street are less forgiving. Half of them opened late, some did not open at all, and the
owner
of a flower shop gave her tulips away to whoever came by on foot.
How long it will last nobody on Bridge Street believes the city can say. They remember the tram."""

OWN_MATTER = """\
Our reporters spent the night with the ferrymen of the north bank, who have not had so much work in a
generation.
The boats are old, the coffee is strong, and the passengers are by turns grateful and furious.
Three of the ferrymen had retired years ago and came back when the harbour office rang. None of them was paid
for
the first two days; all of them say they would have come regardless, because the river is what they know.
What happens after the autumn is written nowhere. A second bridge has been promised in every election since
most of
the ferrymen were boys, and a drawing of it hangs in the waiting room, yellow and curled at its edges.
In the library the drawings of every bridge that was never built fill a cabinet of eleven drawers. The
archivist,
who asked not to be named, says that visitors have come every day this week to look at them and to sigh.
The school on the island gives lessons over the radio, as it did in the great frost. Parents take turns to
row the
smallest children across before dawn, and the headmistress counts them in at the jetty with a lantern in her
hand."""


def lines(*texts: str) -> str:
    """Texts as paragraphs: our sources break lines for width, pages do not."""
    paragraphs: list[str] = []
    for text in texts:
        for line in text.split("\n"):
            starts = not paragraphs or paragraphs[-1].endswith((".", '"', "”")) or not line[:1].islower()
            if starts and (not paragraphs or paragraphs[-1].rstrip().endswith((".", '."', "”"))):
                paragraphs.append(line)
            else:
                paragraphs[-1] += " " + line
    return "\n".join(paragraphs)


def article(id_: str, text: str, **fields: object) -> Article:
    """An article with an address and a date, unless told otherwise."""
    known: dict[str, object] = {
        "url": f"https://paper-{id_}.example/story",
        "published": "2025-02-04T08:00:00Z",
    }
    return Article.model_validate({"id": id_, "text": text, **known, **fields})
