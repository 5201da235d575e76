from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0008_size"),
    ]

    operations = [
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[("admin", "admin"), ("editor", "editor"), ("viewer", "viewer")],
                max_length=16,
                verbose_name="role",
            ),
        ),
    ]
