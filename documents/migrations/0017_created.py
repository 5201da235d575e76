from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0016_imported_name")]

    operations = [
        migrations.AddIndex(
            model_name="document",
            index=models.Index(models.F("created_at"), models.F("id"), name="document_created"),
        ),
    ]
