"""What documents are searched in, and each engine's own index of it, which it keeps in step by itself."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = (
    # Words come ready made, separated by spaces: nothing is left to the tokenizer but to part them.
    "CREATE VIRTUAL TABLE documents_searchindex USING fts5("
    " title_words, words, content='documents_searchentry', content_rowid='id', tokenize='ascii')",
    "CREATE TRIGGER documents_searchentry_insert AFTER INSERT ON documents_searchentry BEGIN"
    " INSERT INTO documents_searchindex (rowid, title_words, words) VALUES (new.id, new.title_words, new.words);"
    " END",
    "CREATE TRIGGER documents_searchentry_delete AFTER DELETE ON documents_searchentry BEGIN"
    " INSERT INTO documents_searchindex (documents_searchindex, rowid, title_words, words)"
    " VALUES ('delete', old.id, old.title_words, old.words);"
    " END",
    "CREATE TRIGGER documents_searchentry_update AFTER UPDATE ON documents_searchentry"
    " WHEN old.title_words <> new.title_words OR old.words <> new.words BEGIN"
    " INSERT INTO documents_searchindex (documents_searchindex, rowid, title_words, words)"
    " VALUES ('delete', old.id, old.title_words, old.words);"
    " INSERT INTO documents_searchindex (rowid, title_words, words) VALUES (new.id, new.title_words, new.words);"
    " END",
)
POSTGRESQL = (
    "ALTER TABLE documents_searchentry ADD COLUMN vector tsvector GENERATED ALWAYS AS ("
    " setweight(to_tsvector('simple'::regconfig, title_words), 'A')"
    " || setweight(to_tsvector('simple'::regconfig, words), 'D')) STORED",
    "CREATE INDEX documents_searchindex ON documents_searchentry USING gin (vector)",
)


def make_index(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_index(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":  # elsewhere it goes with the table
        schema_editor.execute("DROP TABLE documents_searchindex")


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_process")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveBigIntegerField(default=0)),
                ("at", models.DateTimeField(null=True)),
                ("text", models.TextField(default="")),
                ("title_words", models.TextField(default="")),
                ("words", models.TextField(default="")),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_entry",
                        to="documents.document",
                    ),
                ),
            ],
        ),
        migrations.RunPython(make_index, drop_index),
    ]
