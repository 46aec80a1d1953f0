// Operations of an accelerator, compiled for the GPU at hand when the first learner is made.
//
// Rows are in C order. Every sum has a fixed order: threads of a block add up a fixed share and are
// added in a tree, blocks write to places of their own. Blocks of one dimension throughout. NaN stays
// NaN, so that a training that has diverged is seen: fmaxf and fminf would drop it.

typedef unsigned int uint;

// As in kernels.RandomNumbers.
__device__ __forceinline__ uint bits(uint first, uint second, uint i) {
  uint x = i * 0x9E3779B9u + first;
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  x = (x ^ (x >> 16)) + second;
  x = (x ^ (x >> 16)) * 0x21f0aaadu;
  x = (x ^ (x >> 15)) * 0x735a2d97u;
  return x ^ (x >> 15);
}

__device__ __forceinline__ float uniform(uint first, uint second, uint i) {
  return (bits(first, second, i) >> 8) * 5.9604644775390625e-8f;
}

// Numbers of a piece as RandomNumbers.gaussian draws them: radii of its first half, then angles.
#define PIECE 1024

__device__ float normal(uint first, uint second, uint position, long long i, long long length) {
  long long start = i / PIECE * PIECE;
  int count = length - start < PIECE ? (int) (length - start) : PIECE;
  int half = (count + 1) / 2;
  int at = (int) (i - start);
  int pair = at < half ? at : at - half;
  uint base = position + (uint) start;
  float u = uniform(first, second, base + pair);
  float v = uniform(first, second, base + half + pair);
  float radius = sqrtf(fmaxf(0.0f, -2.0f * logf(1.0f - u)));
  return radius * (at < half ? cospif(2.0f * v) : sinpif(2.0f * v));
}

__device__ __forceinline__ float sigmoid(float z) {
  return 1.0f / (1.0f + expf(-z));
}

#define IDENTITY 0
#define SIGMOID 1
#define TANH 2
#define RELU 3
#define LEAKY_RELU 4
#define ELU 5
#define SELU 6
#define GELU 7
#define SOFTPLUS 8
#define SOFTSIGN 9
#define SWISH 10

#define SELU_ALPHA 1.6732632423543772f
#define SELU_LAMBDA 1.0507009873554805f

__device__ float value(int kind, float alpha, float z) {
  switch (kind) {
    case SIGMOID: return sigmoid(z);
    case TANH: return tanhf(z);
    case RELU: return z <= 0.0f ? 0.0f : z;
    case LEAKY_RELU: return z >= 0.0f ? z : alpha * z;
    case ELU: return z >= 0.0f ? z : alpha * expm1f(z);
    case SELU: return z > 0.0f ? SELU_LAMBDA * z : SELU_LAMBDA * SELU_ALPHA * expm1f(z);
    case GELU: return z * sigmoid(1.702f * z);
    case SOFTPLUS: return fmaxf(0.0f, z) + log1pf(expf(-fabsf(z)));
    case SOFTSIGN: return z / (1.0f + fabsf(z));
    case SWISH: return z * sigmoid(z);
    default: return z;
  }
}

__device__ float slope(int kind, float alpha, float z, float h) {
  switch (kind) {
    case SIGMOID: return h * (1.0f - h);
    case TANH: return 1.0f - h * h;
    case RELU: return h > 0.0f ? 1.0f : 0.0f;
    case LEAKY_RELU: return h >= 0.0f ? 1.0f : alpha;
    case ELU: return h >= 0.0f ? 1.0f : h + alpha;
    case SELU: return z > 0.0f ? SELU_LAMBDA : SELU_LAMBDA * SELU_ALPHA * expf(z);
    case GELU: {
      float s = sigmoid(1.702f * z);
      return s + 1.702f * z * s * (1.0f - s);
    }
    case SOFTPLUS: return sigmoid(z);
    case SOFTSIGN: {
      float d = 1.0f + fabsf(z);
      return 1.0f / (d * d);
    }
    case SWISH: {
      float s = sigmoid(z);
      return s + z * s * (1.0f - s);
    }
    default: return 1.0f;
  }
}

// The sum over a block's threads, in thread 0.
__device__ double blockSum(double mine, double* shared) {
  int t = threadIdx.x;
  shared[t] = mine;
  __syncthreads();
  for (int step = blockDim.x / 2; step > 0; step /= 2) {
    if (t < step) {
      shared[t] += shared[t + step];
    }
    __syncthreads();
  }
  double sum = shared[0];
  __syncthreads();
  return sum;
}

#define EACH(i, length)                                                       \
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x;       \
       i < (length); i += (long long) gridDim.x * blockDim.x)

extern "C" {

__global__ void combine(float* into, float beta, const float* from, float alpha, long long length) {
  EACH(i, length) {
    into[i] = alpha * from[i] + (beta == 0.0f ? 0.0f : beta * into[i]);
  }
}

__global__ void addToRows(float* rows, const float* vector, long long length, int n, float alpha) {
  EACH(i, length) {
    rows[i] += alpha * vector[i % n];
  }
}

__global__ void activate(
    int kind, float alpha, float* z, const float* bias, float* h, long long length, int n) {
  EACH(i, length) {
    float x = z[i] + bias[i % n];
    z[i] = x;
    h[i] = value(kind, alpha, x);
  }
}

__global__ void timesSlope(
    int kind, float alpha, float* delta, const float* z, const float* h, long long length) {
  EACH(i, length) {
    delta[i] *= slope(kind, alpha, z[i], h[i]);
  }
}

// Columns: 32 side by side in a block, 8 threads each.
__global__ void sumRows(const float* rows, float* into, int b, int n, float alpha, float beta) {
  __shared__ float part[256];
  int lane = threadIdx.x % 32;
  int share = threadIdx.x / 32;
  int column = blockIdx.x * 32 + lane;
  float sum = 0.0f;
  if (column < n) {
    for (int row = share; row < b; row += 8) {
      sum += rows[(long long) row * n + column];
    }
  }
  part[threadIdx.x] = sum;
  __syncthreads();
  if (share == 0 && column < n) {
    for (int other = 1; other < 8; other++) {
      sum += part[other * 32 + lane];
    }
    into[column] = alpha * sum + (beta == 0.0f ? 0.0f : beta * into[column]);
  }
}

// ln 1e-10.
#define LEAST -23.025850929940457

// A row at a time; loss is a place for each block.
__global__ void softmaxLoss(
    float* z, const float* bias, const float* labels, const float* weights, int b, int n,
    double factor, double* loss) {
  __shared__ double shared[256];
  __shared__ float greatest[256];
  int t = threadIdx.x;
  double total = 0.0;
  for (int row = blockIdx.x; row < b; row += gridDim.x) {
    float* x = z + (long long) row * n;
    const float* y = labels + (long long) row * n;
    float most = -3.402823466e+38f;
    for (int j = t; j < n; j += blockDim.x) {
      x[j] += bias[j];
      most = fmaxf(most, x[j]);
    }
    greatest[t] = most;
    __syncthreads();
    for (int step = blockDim.x / 2; step > 0; step /= 2) {
      if (t < step) {
        greatest[t] = fmaxf(greatest[t], greatest[t + step]);
      }
      __syncthreads();
    }
    most = greatest[0];
    double powers = 0.0;
    for (int j = t; j < n; j += blockDim.x) {
      powers += (double) expf(x[j] - most);
    }
    double sum = blockSum(powers, shared);
    double logarithm = log(sum);
    float share = (float) (1.0 / sum);
    float weight = weights == 0 ? 1.0f : weights[row];
    double mine = 0.0;
    for (int j = t; j < n; j += blockDim.x) {
      float shifted = x[j] - most;
      if (y[j] != 0.0f) {
        double p = (double) shifted - logarithm;
        mine -= (double) y[j] * (p < LEAST ? LEAST : p);
      }
      x[j] = weight * (expf(shifted) * share - y[j]);
    }
    double ofRow = blockSum(mine, shared);
    total += (double) weight * ofRow;
  }
  if (t == 0) {
    loss[blockIdx.x] += factor * total;
  }
}

__global__ void sigmoidLoss(
    float* z, const float* bias, const float* x, const float* weights, int b, int n, float scale,
    double factor, double* loss) {
  __shared__ double shared[256];
  double total = 0.0;
  for (int row = blockIdx.x; row < b; row += gridDim.x) {
    float weight = weights == 0 ? 1.0f : weights[row];
    double mine = 0.0;
    for (int j = threadIdx.x; j < n; j += blockDim.x) {
      long long i = (long long) row * n + j;
      float logit = z[i] + bias[j];
      float target = x[i];
      float one = fmaxf(0.0f, logit) - target * logit + log1pf(expf(-fabsf(logit)));
      mine += (double) one;
      z[i] = scale * weight * (sigmoid(logit) - target);
    }
    total += (double) weight * mine;
  }
  double sum = blockSum(total, shared);
  if (threadIdx.x == 0) {
    loss[blockIdx.x] += factor * sum;
  }
}

__global__ void squaredLoss(
    int kind, float alpha, float* z, const float* bias, const float* x, const float* weights, int b,
    int n, float scale, double factor, double* loss) {
  __shared__ double shared[256];
  double total = 0.0;
  for (int row = blockIdx.x; row < b; row += gridDim.x) {
    float weight = weights == 0 ? 1.0f : weights[row];
    double mine = 0.0;
    for (int j = threadIdx.x; j < n; j += blockDim.x) {
      long long i = (long long) row * n + j;
      float input = z[i] + bias[j];
      float r = value(kind, alpha, input);
      float difference = r - x[i];
      mine += (double) (difference * difference);
      z[i] = scale * weight * difference * slope(kind, alpha, input, r);
    }
    total += (double) weight * mine;
  }
  double sum = blockSum(total, shared);
  if (threadIdx.x == 0) {
    loss[blockIdx.x] += factor * sum;
  }
}

__global__ void distance(
    const float* x, const float* y, long long length, double factor, double* loss) {
  __shared__ double shared[256];
  double mine = 0.0;
  EACH(i, length) {
    float difference = x[i] - y[i];
    mine += (double) (difference * difference);
  }
  double sum = blockSum(mine, shared);
  if (threadIdx.x == 0) {
    loss[blockIdx.x] += factor * sum;
  }
}

__global__ void decay(
    float* gradient, const float* w, float lambda, long long length, double factor, double* loss) {
  __shared__ double shared[256];
  double mine = 0.0;
  EACH(i, length) {
    float x = w[i];
    gradient[i] += lambda * x;
    mine += (double) (x * x);
  }
  double sum = blockSum(mine, shared);
  if (threadIdx.x == 0) {
    loss[blockIdx.x] += factor * sum;
  }
}

__global__ void shrink(
    float* gradient, const float* w, float lambda, long long length, double factor, double* loss) {
  __shared__ double shared[256];
  double mine = 0.0;
  EACH(i, length) {
    float x = w[i];
    gradient[i] += x > 0.0f ? lambda : x < 0.0f ? -lambda : 0.0f;
    mine += (double) fabsf(x);
  }
  double sum = blockSum(mine, shared);
  if (threadIdx.x == 0) {
    loss[blockIdx.x] += factor * sum;
  }
}

__global__ void replace(
    const float* source, uint threshold, int ones, float* into, uint first, uint second,
    uint position, long long length) {
  EACH(i, length) {
    uint number = bits(first, second, position + (uint) i);
    float other = ones && (number & 1u) ? 1.0f : 0.0f;
    into[i] = (number >> 1) < threshold ? other : source[i];
  }
}

__global__ void gaussian(
    const float* mean, float deviation, float* into, uint first, uint second, uint position,
    long long length) {
  EACH(i, length) {
    into[i] = mean[i] + deviation * normal(first, second, position, i, length);
  }
}

__global__ void bernoulli(
    const float* p, float* into, uint first, uint second, uint position, long long length) {
  EACH(i, length) {
    into[i] = uniform(first, second, position + (uint) i) < p[i] ? 1.0f : 0.0f;
  }
}

__global__ void rectified(
    const float* z, float* into, uint first, uint second, uint position, long long length) {
  EACH(i, length) {
    float x = z[i];
    float deviation = sqrtf(sigmoid(x));
    float drawn = x + deviation * normal(first, second, position, i, length);
    into[i] = drawn <= 0.0f ? 0.0f : drawn;
  }
}

__global__ void dropout(
    const float* x, float retain, float* into, uint first, uint second, uint position,
    long long length) {
  EACH(i, length) {
    into[i] = uniform(first, second, position + (uint) i) < retain ? x[i] / retain : 0.0f;
  }
}

__global__ void clipValues(float* gradient, float threshold, long long length) {
  EACH(i, length) {
    float g = gradient[i];
    gradient[i] = g > threshold ? threshold : g < -threshold ? -threshold : g;
  }
}

// The sum of squares of each block's share.
__global__ void squares(const float* x, double* parts, long long length) {
  __shared__ double shared[256];
  double mine = 0.0;
  EACH(i, length) {
    mine += (double) x[i] * (double) x[i];
  }
  double sum = blockSum(mine, shared);
  if (threadIdx.x == 0) {
    parts[blockIdx.x] = sum;
  }
}

__global__ void scaleByLength(
    float* x, const double* parts, int count, float threshold, int renormalize, float rows,
    long long length) {
  __shared__ double shared[256];
  double mine = 0.0;
  for (int i = threadIdx.x; i < count; i += blockDim.x) {
    mine += parts[i];
  }
  double norm = sqrt(blockSum(mine, shared)) / (double) rows;
  float scale = 1.0f;
  if (renormalize) {
    scale = (float) (1.0 / (norm == 0.0 ? 1e-5 : norm));
  } else if (norm > (double) threshold && isfinite(norm)) {
    scale = (float) ((double) threshold / norm);
  }
  if (scale != 1.0f) {
    EACH(i, length) {
      x[i] *= scale;
    }
  }
}

#define DESCENT 0
#define MOMENTUM 1
#define NESTEROV 2
#define ADAM 3
#define NADAM 4
#define ADAMAX 5
#define AMSGRAD 6
#define ADAGRAD 7
#define RMSPROP 8

__global__ void update(
    int rule, float* w, const float* gradient, float* s0, float* s1, float* s2, float rows,
    float a0, float a1, float a2, float a3, float a4, float a5, float a6, float a7,
    long long length) {
  EACH(i, length) {
    float g = gradient[i] / rows;
    float step = 0.0f;
    switch (rule) {
      case DESCENT:
        step = a0 * g;
        break;
      case MOMENTUM:
        step = a1 * s0[i] + a0 * g;
        s0[i] = step;
        break;
      case NESTEROV: {
        float before = s0[i];
        float after = a1 * before - a0 * g;
        s0[i] = after;
        step = a1 * before - (1.0f + a1) * after;
        break;
      }
      case ADAM:
      case AMSGRAD: {
        float m = a1 * s0[i] + (1.0f - a1) * g;
        float v = a2 * s1[i] + (1.0f - a2) * g * g;
        s0[i] = m;
        s1[i] = v;
        if (rule == AMSGRAD) {
          v = fmaxf(s2[i], v);
          s2[i] = v;
        }
        step = a0 * m / (sqrtf(v) + a3);
        break;
      }
      case NADAM: {
        float m = a3 * s0[i] + a4 * g;
        float v = a5 * s1[i] + a6 * g * g;
        s0[i] = m;
        s1[i] = v;
        step = (a0 * m + a1 * g) / (sqrtf(a2 * v) + a7);
        break;
      }
      case ADAMAX: {
        float m = a1 * s0[i] + (1.0f - a1) * g;
        float u = fmaxf(a2 * s1[i], fabsf(g)) + 1e-32f;
        s0[i] = m;
        s1[i] = u;
        step = a0 * m / u;
        break;
      }
      case ADAGRAD: {
        float h = s0[i] + g * g;
        s0[i] = h;
        step = a0 * g / (sqrtf(h) + a1);
        break;
      }
      case RMSPROP: {
        float r = a1 * s0[i] + (1.0f - a1) * g * g;
        s0[i] = r;
        step = a0 * g / (sqrtf(r) + a2);
        break;
      }
    }
    w[i] -= step;
  }
}

}  // extern "C"
