/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Families of networks: what a file does not tell of them. */

#include "tests/model/folder.hpp"

#include "model/checkpoint/checkpoint.hpp"
#include "model/kernels/onednn.hpp"

#include <cstring>

namespace
{

/* What no tensor tells is listed, and what a card beside the file says is taken instead. */
void
test_told ()
{
  Folder folder;
  g_autoptr (GError) error = nullptr;
  auto network = acini::make_network (acini::Architecture::from_name ("unet-tu-efficientnet_b0", 1));
  acini::Tensors tensors;

  for (const auto &item : acini::get_state (*network))
    {
      const bool encoder = item.key ().rfind ("encoder.", 0) == 0;

      tensors.insert (encoder ? "encoder.model." + item.key ().substr (8) : item.key (), item.value ());
    }
  acini::write_safetensors (folder.file, tensors, {});
  g_autoptr (JsonObject) asked = acini_model_inspect (folder.file.c_str (), FALSE, &error);
  g_assert_no_error (error);
  JsonArray *assumed = json_object_get_array_member (asked, "assumed");
  g_assert_cmpuint (json_array_get_length (assumed), ==, 4);
  g_assert_nonnull (strstr (json_array_get_string_element (assumed, 3), "tu-tf_efficientnet"));
  g_assert_false (json_object_has_member (asked, "card"));

  g_assert_null (acini_model_make_card (folder.file.c_str (), "norm_groups=8", &error));
  g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_INPUT);
  g_clear_error (&error);
  g_autoptr (AciniCard) card = acini_model_make_card (folder.file.c_str (), "encoder=tu-tf_efficientnet", &error);
  g_autofree char *path = acini_model_dup_card_path (folder.file.c_str (), &error);
  g_assert_true (acini_card_save (card, path, &error));
  g_assert_no_error (error);
  g_autoptr (JsonObject) told = acini_model_inspect (folder.file.c_str (), FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (json_object_get_string_member (told, "architecture"), ==, "unet-tu-tf_efficientnet_b0");
  g_assert_cmpstr (json_object_get_string_member (told, "card"), ==, path);
  g_assert_false (json_object_has_member (told, "assumed"));
  g_assert_true (acini::load_network (folder.file).network->architecture.encoder.padding == acini::Padding::Same);

  g_assert_cmpint (g_unlink (path), ==, 0);
  acini::save_network (folder.file, *network, false);
  for (const char *damaged : { "padding=nothing", "padding", "colour=red", "encoder_eps=-1" })
    {
      acini::write_safetensors (folder.file, acini::get_state (*network), { { "acini.numerics", damaged } });
      g_assert_null (acini_model_load (folder.file.c_str (), nullptr, &error));
      g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_UNREADABLE);
      g_clear_error (&error);
    }
}

} // namespace

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, nullptr);
  at::set_num_threads (1);
  /* Whether oneDNN is right on a processor is seen elsewhere, before it is used. */
  const acini::WithoutOneDnn native;
  g_test_add_func ("/families/told", test_told);
  return g_test_run ();
}
