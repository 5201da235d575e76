from typing import Any

from django.db import migrations, models

MEASURE = (
    "UPDATE documents_document SET size = (SELECT COALESCE(sum({}), 0)"
    " FROM documents_revision WHERE document_id = documents_document.id)"
)
BYTES = {"sqlite": "length(CAST(delta AS BLOB))", "postgresql": "octet_length(delta)"}


def measure(apps: Any, schema_editor: Any) -> None:
    """Counts what is there already."""
    schema_editor.execute(MEASURE.format(BYTES[schema_editor.connection.vendor]))


class Migration(migrations.Migration):
    dependencies = [("documents", "0007_named_version")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="size",
            field=models.PositiveBigIntegerField(
                db_default=0, default=0, editable=False, verbose_name="size of the history in bytes"
            ),
        ),
        migrations.RunPython(measure, migrations.RunPython.noop),
    ]
