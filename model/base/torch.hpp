/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* As much of torch as networks are made of; torch/torch.h costs a quarter more time to read. */

#include <torch/nn/init.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/instancenorm.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/types.h>
#include <torch/version.h>
