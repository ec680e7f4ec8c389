/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/annotations/acini-annotation-format.h"
#include "data/interchange/acini-labels-import.h"
#include "data/slides/acini-slide.h"
#include "tests/acini-test-util.h"
#include "tests/data/acini-annotation-fixture.h"

#include <math.h>
#include <string.h>

#define SQUARE "[[[10,20],[30,20],[30,50],[10,50],[10,20]]]"

/* What is read, and the area it has. */
static void
test_forms (void)
{
  static const struct
  {
    const char *text;
    guint n;
    double area;
  } forms[] = {
    { "{\"type\":\"Polygon\",\"coordinates\":" SQUARE "}", 1, 600 },
    { "[{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":" SQUARE
      "},\"properties\":{\"object_type\":\"cell\",\"classification\":\"A\",\"color\":-65536},"
      "\"childObjects\":[{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}}]}]",
      2, 600 },
    { "{\"features\":[{\"geometry\":{\"type\":\"Polygon\",\"isEllipse\":true,\"coordinates\":[[[0,5],[5,0],[10,5],[5,"
      "10]]]}"
      ",\"type\":\"Feature\",\"properties\":{\"measurements\":[{\"name\":\"a\",\"value\":NaN}]}}],"
      "\"type\":\"FeatureCollection\"}",
      1, 25 * G_PI },
    { "{\"images\":[],\"annotations\":[{\"id\":1,\"segmentation\":{\"size\":[3,2],\"counts\":[1,1,2,2]}}],"
      "\"categories\":[]}",
      1, 3 },
    /* The same as pycocotools packs it. */
    { "{\"images\":[],\"annotations\":[{\"id\":1,\"segmentation\":{\"size\":[3,2],\"counts\":\"1121\"}}],"
      "\"categories\":[]}",
      1, 3 },
    { "<Annotations><Annotation><Regions><Region NegativeROA=\"1\" Type=\"0\"><Vertices><Vertex X=\"2\" Y=\"2\"/>"
      "<Vertex X=\"4\" Y=\"2\"/><Vertex X=\"4\" Y=\"4\"/><Vertex X=\"2\" Y=\"4\"/></Vertices></Region><Region "
      "Type=\"0\">"
      "<Vertices><Vertex X=\"0\" Y=\"0\"/><Vertex X=\"10\" Y=\"0\"/><Vertex X=\"10\" Y=\"10\"/><Vertex X=\"0\" "
      "Y=\"10\"/>"
      "</Vertices></Region></Regions></Annotation></Annotations>",
      1, 96 },
    { "id,img_height,img_width,rle\n7,4,3,1 2 5 2 11 1\n", 2, 5 },
    /* A brush stroke of two parts, one with a hole, packed by the program's own converter's rules: see brush.py. */
    { "[{\"annotations\":[{\"result\":[{\"original_width\":10,\"original_height\":8,\"value\":{\"format\":\"rle\","
      "\"rle\":["
      "0,0,1,64,57,27,254,47,0,3,34,19,192,127,242,33,60,7,255,34,19,192,127,242,33,60,7,255,34,19,192,63,240,152,0,25,"
      "16,158,3,255,145,9,224,63,249,16,158,3,255,145,9,224,63,249,16,158,1,255,132,192,0,200,132,240,31,252,136,79,0,"
      "255,140,0,12,136,79,1,255,200,132,240,15,252,38,0,6,68,39,128,255,228,66,120,15,254,68,39,128,255,228,66,120,15,"
      "254,68,39,128,127,225,48,0,50,33,60,7,255,34,19,192,127,242,33,60,7,255,34,19,192,127,242,33,60,3,255,43,128,1,"
      "145,9,224,31,224],\"brushlabels\":[\"a\"]}}]}]}]",
      1, 25 },
    { "{\"id\":\"a\",\"annotations\":[{\"type\":\"glomerulus\",\"coordinates\":" SQUARE "}]}\n"
      "{\"id\":\"b\",\"annotations\":[{\"type\":\"unsure\",\"coordinates\":" SQUARE "}]}\n",
      2, 1200 },
    { "POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (2 2, 4 2, 4 4, 2 4, 2 2))\nPOINT (3 4)\n", 2, 96 },
    { "{\"a.png12\":{\"filename\":\"a.png\",\"regions\":[{\"shape_attributes\":{\"name\":\"rect\",\"x\":1,\"y\":2,"
      "\"width\":3,\"height\":4},\"region_attributes\":{}}]}}",
      1, 12 },
    { "<annotation><filename>a.png</filename><object><name>x</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>11</xmax>"
      "<ymax>7</ymax></bndbox></object></annotation>",
      1, 50 },
    { "[{\"provenance\":{},\"geometries\":{\"features\":[{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\","
      "\"coordinates\":[[[0,0],[0.5,0],[0.5,0.5],[0,0.5]]]}}]}}]",
      1, 0.25 },
    { "<annotations><ndpviewstate id=\"1\"><title>x</title><annotation type=\"freehand\" "
      "color=\"#ff0000\"><closed>1</closed>"
      "<pointlist><point><x>0</x><y>0</y></point><point><x>1000</x><y>0</y></point><point><x>0</x><y>1000</y></point>"
      "</pointlist></annotation></ndpviewstate></annotations>",
      1, 500000 },
  };
  char *folder = acini_test_make_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      AciniHeld held = { 0 };

      g_test_message ("%u: %s", i, forms[i].text);
      acini_held_read_content (folder, forms[i].text, -1, &held, NULL);
      g_assert_cmpuint (held.n, ==, forms[i].n);
      g_assert_cmpfloat_with_epsilon (held.area, forms[i].area, 1e-9 * forms[i].area);
      acini_held_clear (&held);
    }
  acini_test_remove_folder (folder);
}

/* Each is refused by a sentence that says the place. */
static void
test_refused (void)
{
  static const struct
  {
    const char *text, *part;
  } bad[] = {
    { "{\"type\":\"Polygon\",\n \"coordinates\":[[[1,2],[3", "line 2, column" },
    { "{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[NaN,3],[4,5]]]}", "line 1, column 1" },
    { "{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[1e300,3],[4,5]]]}", "beyond any slide" },
    { "{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[\"a\",3],[4,5]]]}", "line 1" },
    { "{\"type\":\"Feature\",\"id\":\"M\xfcller\",\"geometry\":null}", "UTF-8" },
    { "<!DOCTYPE x [<!ENTITY a \"b\"><!ENTITY c \"&a;&a;\">]><Annotations><Annotation Name=\"&c;\"/></Annotations>",
      "line 1, column" },
    { "<Annotations><Annotation Name=\"&c;\"/></Annotations>", "line 1" },
    { "<Annotations>\n<Annotation>", "too early" },
    { "{\"images\":[],\"annotations\":[{\"segmentation\":{\"size\":[9,9],\"counts\":[0,1000000000]}}]}",
      "run lengths" },
    { "id,img_height,img_width,rle\n7,4,3,1 1000000000\n", "line 2, column 7: " },
    { "id,img_height,img_width,rle\n7,4,3,1 2 5 1 4 1\n", "line 2, column 15: " },
    { "id,img_height,img_width,rle\n7,4,3,1 2 x 1\n", "line 2, column 11: " },
    { "[{\"annotations\":[{\"result\":[{\"original_width\":10,\"original_height\":8,\"value\":{\"rle\":[0,0,1,64,57,27,"
      "254]}}]"
      "}]}]",
      "cut off" },
    { "[{\"annotations\":[{\"result\":[{\"original_width\":9,\"original_height\":8,\"value\":{\"rle\":[0,0,1,64,57,27,"
      "254]}}]"
      "}]}]",
      "another size" },
    { "id,img_height,img_width,rle\n7,9000000000000000000,9,1 2\n", "impossible size" },
    { "{\"00080016\":{\"vr\":\"UI\",\"Value\":[\"1.2.840.10008.5.1.4.1.1.91.1\"]},\n\"006A0002\":{\"vr\":\"SQ\","
      "\"Value\":["
      "{\"00700023\":{\"vr\":\"CS\",\"Value\":[\"POLYGON\"]},\"00660016\":{\"vr\":\"OF\",\"InlineBinary\":"
      "\"AACAPwAAgD8=\"}}]}}",
      "line 2, column 32: " },
    { "id,rle\n7,1 1\n", "--size" },
    { "POLYGON ((0 0, 1 1", "line 1" },
    { "nothing of the kind", "none of the formats" },
    { "", "empty" },
  };
  char *folder = acini_test_make_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *message = NULL;
      AciniHeld held = { 0 };

      acini_held_read_content (folder, bad[i].text, -1, &held, &message);
      g_test_message ("%u: %s", i, message);
      g_assert_nonnull (message);
      g_assert_true (g_utf8_validate (message, -1, NULL));
      g_assert_nonnull (strstr (message, bad[i].part));
      acini_held_clear (&held);
    }
  acini_test_remove_folder (folder);
}

static void
write_packed (const char *path, const char *text, gsize size, guint times)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileOutputStream) plain = g_file_replace (file, NULL, FALSE, 0, NULL, NULL);
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
  g_autoptr (GOutputStream) packed = g_converter_output_stream_new (G_OUTPUT_STREAM (plain), G_CONVERTER (compressor));

  for (guint i = 0; i < times; i++)
    g_assert_true (g_output_stream_write_all (packed, text, size, NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (packed, NULL, NULL));
}

static void
test_packed (void)
{
  static const char text[] = "{\"type\":\"Polygon\",\"coordinates\":" SQUARE "}";
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.geojson.gz", NULL), *blank = g_malloc (1 << 20), *wide = NULL;
  g_autoptr (GError) error = NULL;
  AciniHeld held = { 0 };
  gsize size;

  write_packed (path, text, strlen (text), 1);
  g_assert_true (acini_held_read_file (path, 0, 0, &held, &error));
  g_assert_cmpfloat (held.area, ==, 600);
  acini_held_clear (&held);
  /* 400 MiB of blanks. */
  memset (blank, ' ', 1 << 20);
  memcpy (blank, "{\"type\":\"Polygon\",", 18);
  write_packed (path, blank, 1 << 20, 400);
  g_assert_false (acini_held_read_file (path, 0, 0, &held, &error));
  g_assert_nonnull (error);
  acini_held_clear (&held);
  wide = g_convert (text, -1, "UTF-16", "UTF-8", NULL, &size, NULL);
  acini_held_read_content (folder, wide, (gssize)size, &held, NULL);
  g_assert_cmpfloat (held.area, ==, 600);
  acini_held_clear (&held);
  acini_test_remove_folder (folder);
}

static const char *
look_up (gpointer table, const char *name)
{
  return g_hash_table_lookup (table, name);
}

/* Hamamatsu's nm from the middle of the glass: the middle of this slide lies 1 mm to its right and 0.5 mm above. */
static void
test_glass (void)
{
  static const char text[]
      = "<annotations><ndpviewstate id=\"1\"><title>x</title><annotation type=\"freehand\" color=\"#ff0000\">"
        "<closed>1</closed><pointlist><point><x>1000000</x><y>-500000</y></point><point><x>1200000</x><y>-500000</y>"
        "</point><point><x>1000000</x><y>-400000</y></point></pointlist></annotation></ndpviewstate></annotations>";
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.ndpi.ndpa", NULL);
  g_autoptr (GHashTable) properties = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;
  AciniHeld held = { .text = g_string_new (NULL) };
  AciniAnnotationReading reading = { .space = { .width = 40000, .height = 30000, .mpp = 0.5 },
                                     .func = acini_held_take,
                                     .problem = acini_held_note,
                                     .user_data = &held };

  g_hash_table_insert (properties, (char *)"hamamatsu.XOffsetFromSlideCentre", (char *)"1000000");
  g_hash_table_insert (properties, (char *)"hamamatsu.YOffsetFromSlideCentre", (char *)"-500000");
  acini_slide_read_offset (look_up, properties, &reading.space.offset_x, &reading.space.offset_y);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_true (acini_annotations_read (path, &reading, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (held.n_problems, ==, 0);
  g_assert_cmpstr (held.text->str, ==, "40000.00 [20000.000 15000.000 20400.000 15200.000]\n");
  acini_held_clear (&held);
  /* Of another scanner, and of one that writes nonsense. */
  g_hash_table_insert (properties, (char *)"hamamatsu.YOffsetFromSlideCentre", (char *)"1e999");
  acini_slide_read_offset (look_up, properties, &reading.space.offset_x, &reading.space.offset_y);
  g_assert_true (reading.space.offset_x == 0 && reading.space.offset_y == 0);
  acini_test_remove_folder (folder);
}

/* What is outside, swapped or crosses itself is said, and read. */
static void
test_problems (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.geojson", NULL);
  g_autoptr (GError) error = NULL;
  AciniHeld held = { 0 };

  g_assert_true (
      g_file_set_contents (path, "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[10,10],[10,0],[0,10]]]}", -1, NULL));
  g_assert_true (acini_held_read_file (path, 0, 0, &held, &error));
  g_assert_cmpuint (held.n, ==, 1);
  g_assert_cmpuint (held.n_problems, ==, 1);
  acini_held_clear (&held);
  g_assert_true (g_file_set_contents (path, "{\"type\":\"Polygon\",\"coordinates\":" SQUARE "}", -1, NULL));
  g_assert_true (acini_held_read_file (path, 100, 40, &held, &error));
  g_assert_cmpuint (held.n_problems, ==, 1);
  g_assert_nonnull (strstr (held.sentence, "swapped"));
  g_assert_cmpuint (held.line, ==, 1);
  g_assert_cmpuint (held.column, ==, 1);
  acini_held_clear (&held);
  /* A project of QuPath whose image wants to be looked for elsewhere. */
  g_assert_true (g_file_set_contents (
      path, "{\"version\":\"0.5\",\n\"images\":[{\"entryID\":\"../../x\",\"serverBuilder\":{\"uri\":\"a\"}}]}", -1,
      NULL));
  g_assert_true (acini_held_read_file (path, 0, 0, &held, &error));
  g_assert_cmpuint (held.n_left_out, ==, 1);
  g_assert_cmpuint (held.line, ==, 2);
  g_assert_cmpuint (held.column, ==, 11);
  acini_held_clear (&held);
  g_assert_true (g_file_set_contents (path, "{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[3,4]]]}", -1, NULL));
  g_assert_true (acini_held_read_file (path, 0, 0, &held, &error));
  g_assert_cmpuint (held.n, ==, 0);
  g_assert_cmpuint (held.n_left_out, ==, 1);
  acini_held_clear (&held);
  acini_test_remove_folder (folder);
}

/* Labels of a file with two classes, a hole and an area to be ignored. */
static void
test_labels (void)
{
  static const char text[]
      = "{\"type\":\"FeatureCollection\",\"features\":["
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[8,0],[8,8],[0,8]],[[2,2],[4,"
        "2],[4,4],"
        "[2,4]]]},\"properties\":{\"classification\":{\"name\":\"Gland\"}}},"
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[600,600],[610,600],[610,610],[600,"
        "610]]]},"
        "\"properties\":{\"classification\":{\"name\":\"ftu\"}}},"
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[6,0],[9,0],[9,9],[6,9]]]},"
        "\"properties\":{\"classification\":{\"name\":\"Ignore*\"}}}]}";
  char *folder = acini_test_make_folder ();
  g_autoptr (AciniProject) project = acini_test_make_project (folder);
  gint64 slide = acini_test_add_slide (project, "one", 1024, 1024);
  g_autofree char *path = g_build_filename (folder, "one.geojson", NULL), *third = NULL;
  g_autofree guint8 *labels = g_malloc (1024 * 1024);
  g_auto (AciniLabelsImport) import = { 0 };
  g_autoptr (GError) error = NULL;
  AciniRect damage;
  gsize n[4] = { 0 };

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_true (acini_labels_import_annotations (project, slide, path, ACINI_ORIGIN_SLIDE, &import, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (import.n_units, ==, 60 + 100);
  g_assert_true (acini_labels_read (project, slide, 0, 0, 0, 1024, 1024, labels, &error));
  for (gsize i = 0; i < 1024 * 1024; i++)
    n[MIN (labels[i], 3)]++;
  third = acini_project_dup_class_name (project, 3);
  g_assert_cmpstr (third, ==, "Gland");
  g_assert_cmpuint (n[ACINI_LABEL_UNLABELLED], ==, 27);
  g_assert_cmpuint (n[2], ==, 100);
  g_assert_cmpuint (n[3], ==, 60 - 16);
  g_assert_cmpint (labels[3 * 1024 + 3], ==, ACINI_LABEL_BACKGROUND);
  /* One step. */
  g_assert_true (acini_journal_undo (project, slide, &damage, &error));
  g_assert_true (acini_labels_read (project, slide, 0, 0, 0, 1024, 1024, labels, &error));
  for (gsize i = 0; i < 1024 * 1024; i++)
    g_assert_cmpint (labels[i], ==, ACINI_LABEL_UNLABELLED);
  /* Nothing of a damaged file. */
  g_assert_true (g_file_set_contents (path, text, 500, NULL));
  g_assert_false (acini_labels_import_annotations (project, slide, path, ACINI_ORIGIN_SLIDE, NULL, NULL, &error));
  g_assert_nonnull (error);
  g_assert_true (acini_labels_read (project, slide, 0, 0, 0, 1024, 1024, labels, NULL));
  g_assert_cmpint (labels[0], ==, ACINI_LABEL_UNLABELLED);
  g_clear_object (&project);
  acini_test_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/annotations/forms", test_forms);
  g_test_add_func ("/annotations/refused", test_refused);
  g_test_add_func ("/annotations/packed", test_packed);
  g_test_add_func ("/annotations/glass", test_glass);
  g_test_add_func ("/annotations/problems", test_problems);
  g_test_add_func ("/annotations/labels", test_labels);
  return g_test_run ();
}
