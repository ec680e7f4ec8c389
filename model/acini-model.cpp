/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The C header's border: loading, describing, one forward pass.  acini_model_segment () is in inference/,
 * acini_model_train () in training/. */

#include "model/kernels/kernels.hpp"
#include "model/inference/device.hpp"
#include "model/inference/loaded-model.hpp"

#include <cstring>

AciniModel *
acini_model_load (const char *path, const AciniModelOptions *options, GError **error)
{
  const AciniModelOptions automatic = { nullptr, ACINI_PRECISION_AUTO, 0, FALSE };
  std::unique_ptr<AciniModel> self;

  g_return_val_if_fail (path != nullptr, nullptr);

  const bool loaded = acini::guard (error, [&] {
    const AciniModelOptions &chosen = options == nullptr ? automatic : *options;

    acini::find_device (chosen.device); /* before the weights are read, which can take long */
    self = std::make_unique<AciniModel> ();
    g_atomic_ref_count_init (&self->references);
    acini::LoadSettings settings;
    settings.allow_program = chosen.allow_program;
    self->loaded = std::make_unique<acini::LoadedModel> (acini::load_network (path, settings), chosen);
    self->device = self->loaded->get_device ().str ();
    self->path = path;
    self->wanted_device = chosen.device == nullptr ? "auto" : chosen.device;
    self->options = chosen;
    self->options.device = self->wanted_device.c_str ();
  });
  return loaded ? self.release () : nullptr;
}

AciniModel *
acini_model_ref (AciniModel *self)
{
  g_return_val_if_fail (self != nullptr, nullptr);

  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
acini_model_unref (AciniModel *self)
{
  g_return_if_fail (self != nullptr);

  if (!g_atomic_ref_count_dec (&self->references))
    return;
  for (const AciniModel::Member &member : self->members)
    acini_model_unref (member.model);
  delete self;
}

const AciniCard *
acini_model_get_card (AciniModel *self)
{
  g_return_val_if_fail (self != nullptr, nullptr);
  return self->card != nullptr ? self->card.get () : self->loaded->get_card ();
}

const char *
acini_model_get_device (AciniModel *self)
{
  g_return_val_if_fail (self != nullptr, nullptr);
  return self->device.c_str ();
}

AciniPrecision
acini_model_get_precision (AciniModel *self)
{
  g_return_val_if_fail (self != nullptr, ACINI_PRECISION_FLOAT32);
  return self->get_first ().get_precision ();
}

int
acini_model_get_n_classes (AciniModel *self)
{
  g_return_val_if_fail (self != nullptr, 0);
  return self->get_first ().get_n_classes ();
}

int
acini_model_get_n_planes (AciniModel *self)
{
  g_return_val_if_fail (self != nullptr, 0);
  return self->get_first ().get_n_planes ();
}

gboolean
acini_model_forward (AciniModel *self, const float *input, const gint64 shape[4], gboolean raw, float **output,
                     gint64 output_shape[4], GError **error)
{
  g_return_val_if_fail (self != nullptr && input != nullptr && shape != nullptr, FALSE);
  g_return_val_if_fail (output != nullptr && output_shape != nullptr, FALSE);

  return acini::guard (error, [&] {
    gsize n = sizeof (float);

    if (self->loaded == nullptr)
      acini::fail (ACINI_MODEL_ERROR_INPUT, "Several models together have no logits; run one of them");
    for (int i = 0; i < 4; i++)
      if (shape[i] < 1 || !g_size_checked_mul (&n, n, shape[i]) || n > G_MAXINT64)
        acini::fail (ACINI_MODEL_ERROR_INPUT, "The input's shape must be four positive numbers: images, channels, "
                                              "height and width");
    const std::vector<int64_t> sizes (shape, shape + 4);
    torch::Tensor logits = self->loaded->forward (torch::from_blob ((void *)input, sizes, torch::kFloat));

    if (!raw)
      logits = acini::upsample_to (logits, shape[2], shape[3]).contiguous ();
    float *copy = (float *)g_try_malloc (logits.nbytes ());
    if (copy == nullptr)
      throw std::bad_alloc ();
    std::memcpy (copy, logits.data_ptr (), logits.nbytes ());
    for (int i = 0; i < 4; i++)
      output_shape[i] = logits.size (i);
    *output = copy;
  });
}

float *
acini_model_see (AciniModel *self, const guint8 *rgb, int side, guint *n_channels, GError **error)
{
  float *copy = nullptr;

  g_return_val_if_fail (self != nullptr && rgb != nullptr && side > 0 && side % 32 == 0, nullptr);
  g_return_val_if_fail (n_channels != nullptr, nullptr);

  acini::guard (error, [&] {
    if (self->loaded == nullptr)
      acini::fail (ACINI_MODEL_ERROR_INPUT, "Several models together have no encoder; ask one of them");

    const torch::Tensor pixels = torch::from_blob (const_cast<guint8 *> (rgb), { 1, side, side, 3 }, torch::kByte);
    const torch::Tensor features = self->loaded->see (pixels);

    *n_channels = guint (features.size (1));
    copy = static_cast<float *> (g_memdup2 (features.data_ptr (), features.nbytes ()));
  });
  return copy;
}

guint
acini_model_get_n_members (AciniModel *self)
{
  g_return_val_if_fail (self != nullptr, 0);
  return std::max<guint> (self->members.size (), 1);
}

AciniModel *
acini_model_get_member (AciniModel *self, guint member)
{
  g_return_val_if_fail (self != nullptr && member < acini_model_get_n_members (self), nullptr);
  return self->members.empty () ? self : self->members[member].model;
}

const char *
acini_model_get_path (AciniModel *self)
{
  g_return_val_if_fail (self != nullptr, nullptr);
  return self->loaded == nullptr ? nullptr : self->path.c_str ();
}

const AciniModelOptions *
acini_model_get_options (AciniModel *self)
{
  g_return_val_if_fail (self != nullptr, nullptr);
  return self->loaded == nullptr ? nullptr : &self->options;
}

static acini::Shape
to_shape (const AciniShape *shape)
{
  return { shape->n, shape->height, shape->width, shape->threads };
}

gboolean
acini_model_recall_way (AciniModel *self, const AciniShape *shape, AciniOneDnn *level)
{
  g_return_val_if_fail (self != nullptr && self->loaded != nullptr, FALSE);
  g_return_val_if_fail (shape != nullptr && level != nullptr, FALSE);

  return self->loaded->recall (to_shape (shape), level);
}

gboolean
acini_model_try_ways (AciniModel *self, const AciniShape *shape, JsonArray *table, GError **error)
{
  g_return_val_if_fail (self != nullptr && self->loaded != nullptr && shape != nullptr, FALSE);

  return acini::guard (error, [&] { self->loaded->try_ways (to_shape (shape), table); });
}

JsonArray *
acini_model_describe_ways (AciniModel *self)
{
  JsonArray *all = json_array_new ();

  g_return_val_if_fail (self != nullptr, all);

  for (guint i = 0; i < acini_model_get_n_members (self); i++)
    {
      g_autoptr (JsonArray) list = acini_model_get_member (self, i)->loaded->describe_ways ();

      for (guint row = 0; row < json_array_get_length (list); row++)
        json_array_add_element (all, json_node_copy (json_array_get_element (list, row)));
    }
  return all;
}
