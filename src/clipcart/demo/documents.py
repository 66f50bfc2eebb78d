"""Verification papers of the demo's shops: small PDFs that say what they are."""

import io

from reportlab.lib.pagesizes import A5
from reportlab.pdfgen.canvas import Canvas


def verification_paper(kind: str, legal_name: str, tax_number: str) -> bytes:
    """A one-page PDF of a kind such as `identity`, in the name of a business."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A5, invariant=True)
    canvas.setFont("Helvetica-Bold", 18)
    canvas.drawString(40, 500, kind.replace("_", " ").capitalize())
    canvas.setFont("Helvetica", 11)
    for place, line in enumerate(
        (legal_name, f"Tax number {tax_number}", "Invented for the demo world of clipcart.")
    ):
        canvas.drawString(40, 470 - 18 * place, line)
    canvas.rect(30, 420, 360, 110)
    canvas.save()
    return out.getvalue()
