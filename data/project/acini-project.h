/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A project: a folder with project.sqlite (people's work), slides/, predictions/, models/ and jobs/.
 *
 * Every function may be called from any thread and may take as long as the disk does: not on the main thread.
 * Writes are transactions; readers do not wait for writers (WAL), except on a network drive, where one process at a
 * time may write.  Nothing ever needs to be saved. Paths inside the project folder are stored relative to it, others
 * absolute; what is returned is absolute. */

#include <gio/gio.h>

G_BEGIN_DECLS

#define ACINI_PROJECT_ERROR (acini_project_error_quark ())
GQuark acini_project_error_quark (void);

typedef enum
{
  ACINI_PROJECT_ERROR_NOT_A_PROJECT,
  ACINI_PROJECT_ERROR_EXISTS,   /* create: the folder is there and not empty */
  ACINI_PROJECT_ERROR_NEWER,    /* made by a newer Acini: schema version above ours */
  ACINI_PROJECT_ERROR_DAMAGED,  /* the database does not pass its checks */
  ACINI_PROJECT_ERROR_WRITE,    /* full disk, read-only folder */
  ACINI_PROJECT_ERROR_NO_SUCH,  /* no slide, model or job of that id */
  ACINI_PROJECT_ERROR_HISTORY,  /* the journal's chain of hashes is broken */
  ACINI_PROJECT_ERROR_KEPT,     /* could not be written, and was kept in a recovery file */
  ACINI_PROJECT_ERROR_APPROVED, /* the slide was signed off: it is read-only until it is reopened */
} AciniProjectError;

#define ACINI_TYPE_PROJECT (acini_project_get_type ())
G_DECLARE_FINAL_TYPE (AciniProject, acini_project, ACINI, PROJECT, GObject)

/* @folder: by custom NAME.acini.  A new project has one class, "FTU" (label value 2). */
AciniProject *acini_project_create (const char *folder, GError **error);
AciniProject *acini_project_open (const char *folder, GError **error);
/* NULL where it can be written; else one sentence that says why it can only be looked at: its folder cannot be written,
 * or, on a network drive, another has it open.  It stays so until it is opened again. */
const char *acini_project_get_read_only (AciniProject *self);
/* Whether @path looks like a project folder (cheap; for telling projects from slides on a command line). */
gboolean acini_project_is_project (const char *path);

const char *acini_project_get_folder (AciniProject *self); /* absolute */
char *acini_project_dup_name (AciniProject *self);         /* the folder's name without .acini */
char *acini_project_build_path (AciniProject *self, const char *first, ...) G_GNUC_NULL_TERMINATED;

/* Slides. */

/* What else is known of a slide: texts are "", numbers below 0 where it is not. */
typedef struct
{
  char *patient, *source, *split, *sex;
  double age;       /* years */
  double thickness; /* of the section, µm */
} AciniSlideDetails;

typedef struct
{
  gint64 id;
  char *name;          /* what people call it; the file's name without suffix by default */
  char *path;          /* absolute; where the slide moved together with the project, its new place */
  char *organ;         /* kidney, largeintestine, lung, prostate, spleen, or "" */
  double mpp_x, mpp_y; /* µm per pixel; the user's where given, else the file's; 0: unknown, or implausible */
  gint64 width, height;
  gboolean labelled;         /* has at least one label tile */
  gboolean missing;          /* there was no file at @path when the record was read */
  AciniSlideDetails details; /* acini-slide-fields.h changes them */
} AciniSlideRecord;

void acini_slide_record_free (AciniSlideRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniSlideRecord, acini_slide_record_free)

/* Opens @path as a slide to learn its size and µm per pixel; @mpp is to be plausible (acini_mpp_check ()); import
 * images first with acini_slide_import ().
 * @name NULL: from the file; @organ NULL: ""; @mpp 0: the file's.  A slide already there (same path) is returned
 * as it is.  Returns: the slide's id, or 0 with @error set. */
gint64 acini_project_add_slide (AciniProject *self, const char *path, const char *name, const char *organ, double mpp,
                                GError **error);
/* The same for a slide that was converted from the image @source, whose content is told by @digest (any text): what
 * came from the same path with the same content is returned as it is, even while another process adds it, too. */
gint64 acini_project_add_converted_slide (AciniProject *self, const char *path, const char *source, const char *digest,
                                          const char *name, const char *organ, double mpp, GError **error);
/* The slide that @source with this content became, if its file is there; 0: none. */
gint64 acini_project_find_source (AciniProject *self, const char *source, const char *digest);
/* Points a slide to where its file is now. */
gboolean acini_project_set_slide_path (AciniProject *self, gint64 slide, const char *path, GError **error);
/* Returns: (transfer container) (element-type AciniSlideRecord) with a free function set; by name, numbers in order. */
GPtrArray *acini_project_list_slides (AciniProject *self, GError **error);
AciniSlideRecord *acini_project_get_slide (AciniProject *self, gint64 slide, GError **error);
gboolean acini_project_set_slide_organ (AciniProject *self, gint64 slide, const char *organ, GError **error);
gboolean acini_project_set_slide_mpp (AciniProject *self, gint64 slide, double mpp_x, double mpp_y, GError **error);
/* What people call it: not empty. */
gboolean acini_project_set_slide_name (AciniProject *self, gint64 slide, const char *name, GError **error);
/* Hides the slide from the list; labels and journal stay, so acini_project_restore_slide () undoes it. */
gboolean acini_project_remove_slide (AciniProject *self, gint64 slide, GError **error);
gboolean acini_project_restore_slide (AciniProject *self, gint64 slide, GError **error);

/* Models: a row per model that was added or trained; the files are in models/ID/ or elsewhere (the starter). */

typedef struct
{
  char *id;
  char *name;
  char *path;     /* absolute: the folder with model.safetensors and model.json */
  char *parent;   /* id or "" */
  gint64 created; /* Unix time, seconds */
} AciniModelRecord;

void acini_model_record_free (AciniModelRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniModelRecord, acini_model_record_free)

gboolean acini_project_add_model (AciniProject *self, const char *id, const char *name, const char *path,
                                  const char *parent, GError **error);
GPtrArray *acini_project_list_models (AciniProject *self, GError **error);

/* Small settings of the project, such as "model" (the model in use), "opacity", "last-slide".
 * Returns: (transfer full) (nullable) the value, NULL when it was never set or cannot be read. */
char *acini_project_dup_setting (AciniProject *self, const char *key);
/* All settings whose key begins with @prefix.  Returns: (transfer full) (element-type utf8 utf8), empty where they
 * cannot be read. */
GHashTable *acini_project_list_settings (AciniProject *self, const char *prefix);
gboolean acini_project_set_setting (AciniProject *self, const char *key, const char *value, GError **error);

/* What a label value from 2 on means.  Returns: (transfer full) (nullable) the name, NULL when it has none. */
char *acini_project_dup_class_name (AciniProject *self, int label);
gboolean acini_project_set_class_name (AciniProject *self, int label, const char *name, GError **error);

/* Keys that paint a class, 1 … */
#define ACINI_CLASS_KEYS 9
/* The colour of a class, 0xRRGGBB: @chosen (nullable) whether somebody chose it for this project; else it is one of
 * Okabe and Ito's. */
guint32 acini_project_get_class_colour (AciniProject *self, int label, gboolean *chosen);
/* The labels that the keys 1 to ACINI_CLASS_KEYS paint: the classes in their order, unless somebody chose others. */
void acini_project_get_class_keys (AciniProject *self, guint8 labels[ACINI_CLASS_KEYS]);

G_END_DECLS
