// What Strata calls of CUDA's driver, cuBLAS and NVRTC, carried out by the CPU, so that the kernels and the
// Java that calls them can be tested on a host without a GPU. The kernels are compiled into this library:
//
//   g++ -O2 -std=c++17 -shared -fPIC -w -DKERNELS='"/path/of/kernels.cu"' cuda-emulation.cpp -o libcuda.so.1
//
// The same file serves as libcublas.so.12 and libnvrtc.so.12. Threads of a block are fibers: at __syncthreads
// each waits for the others; blocks run one after the other, and one kernel at a time.
#include <setjmp.h>
#include <ucontext.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

struct Index {
  int x;
};

static Index threadIdx, blockIdx, blockDim, gridDim;

static const int MOST_THREADS = 256;
static const size_t STACK = 65536;

static bool fibers;
static jmp_buf scheduler, resumed[MOST_THREADS];
static ucontext_t first[MOST_THREADS], start;
static bool begun[MOST_THREADS], done[MOST_THREADS];

static void __syncthreads() {
  if (_setjmp(resumed[threadIdx.x]) == 0) {
    _longjmp(scheduler, 1);
  }
}

#define __global__
#define __device__
#define __forceinline__ inline
#define __shared__ static

static inline float cospif(float x) { return cosf(3.14159265358979324f * x); }
static inline float sinpif(float x) { return sinf(3.14159265358979324f * x); }

using std::isfinite;

#include KERNELS

struct Function {
  std::function<void(void**)> call;
  bool waits;
};

template <class... A, size_t... I>
static void apply(void (*kernel)(A...), void** arguments, std::index_sequence<I...>) {
  kernel(*(std::remove_reference_t<A>*) arguments[I]...);
}

template <class... A>
static std::function<void(void**)> callable(void (*kernel)(A...)) {
  return [kernel](void** arguments) { apply(kernel, arguments, std::index_sequence_for<A...>()); };
}

static std::map<std::string, Function*>& functions() {
  static std::map<std::string, Function*> all;
  if (all.empty()) {
#define PLAIN(name) all[#name] = new Function{callable(name), false};
#define WAITING(name) all[#name] = new Function{callable(name), true};
    PLAIN(combine) PLAIN(addToRows) PLAIN(activate) PLAIN(timesSlope) PLAIN(replace) PLAIN(gaussian)
    PLAIN(bernoulli) PLAIN(rectified) PLAIN(dropout) PLAIN(clipValues) PLAIN(update)
    WAITING(sumRows) WAITING(softmaxLoss) WAITING(sigmoidLoss) WAITING(squaredLoss) WAITING(distance)
    WAITING(decay) WAITING(shrink) WAITING(squares) WAITING(scaleByLength)
  }
  return all;
}

static Function* running;
static void** given;

static void fiber() {
  running->call(given);
  done[threadIdx.x] = true;
  _longjmp(scheduler, 1);
}

static void resume(int thread) {
  threadIdx.x = thread;
  if (_setjmp(scheduler) != 0) {
    return;
  }
  if (begun[thread]) {
    _longjmp(resumed[thread], 1);
  }
  begun[thread] = true;
  ucontext_t& context = first[thread];
  if (context.uc_stack.ss_sp == nullptr) {
    getcontext(&context);
    context.uc_stack.ss_sp = malloc(STACK);
    context.uc_stack.ss_size = STACK;
  }
  makecontext(&context, fiber, 0);
  setcontext(&context);
}

static void runBlock(int threads) {
  for (int t = 0; t < threads; t++) {
    begun[t] = done[t] = false;
  }
  for (bool more = true; more;) {
    more = false;
    for (int t = 0; t < threads; t++) {
      if (!done[t]) {
        more = true;
        resume(t);
      }
    }
  }
}

static std::string source;
static std::mutex one;

extern "C" {

int cuInit(int) { return 0; }

int cuDriverGetVersion(int* version) {
  *version = 12060;
  return 0;
}

int cuGetErrorString(int, const char** text) {
  *text = "an error of the emulation";
  return 0;
}

int cuDeviceGetCount(int* count) {
  *count = 1;
  return 0;
}

int cuDeviceGet(int* device, int ordinal) {
  *device = ordinal;
  return 0;
}

int cuDeviceGetName(char* name, int length, int) {
  strncpy(name, "emulated GPU", length);
  return 0;
}

int cuDeviceGetUuid_v2(char* uuid, int) {
  for (int i = 0; i < 16; i++) {
    uuid[i] = i;
  }
  return 0;
}

int cuDeviceGetAttribute(int* value, int attribute, int) {
  *value = attribute == 75 ? 9 : 0;
  return 0;
}

int cuDevicePrimaryCtxRetain(void** context, int) {
  *context = (void*) 1;
  return 0;
}

int cuDevicePrimaryCtxRelease_v2(int) { return 0; }

int cuCtxSetCurrent(void*) { return 0; }

// Memory that is not zeroed, so that what relies on zeros is found. Too much is refused.
int cuMemAlloc_v2(void** address, size_t bytes) {
  if (bytes > (size_t) 8 << 30) {
    return 2;
  }
  *address = malloc(bytes);
  memset(*address, 77, bytes);
  return 0;
}

int cuMemFree_v2(void* address) {
  free(address);
  return 0;
}

int cuMemAllocHost_v2(void** address, size_t bytes) {
  *address = malloc(bytes);
  return 0;
}

int cuMemFreeHost(void* address) {
  free(address);
  return 0;
}

int cuMemsetD32Async(unsigned* address, unsigned value, size_t count, void*) {
  for (size_t i = 0; i < count; i++) {
    address[i] = value;
  }
  return 0;
}

int cuMemcpyHtoDAsync_v2(void* to, void* from, size_t bytes, void*) {
  memcpy(to, from, bytes);
  return 0;
}

int cuMemcpyDtoHAsync_v2(void* to, void* from, size_t bytes, void*) {
  memcpy(to, from, bytes);
  return 0;
}

int cuStreamCreate(void** stream, int) {
  *stream = (void*) 1;
  return 0;
}

int cuStreamSynchronize(void*) { return 0; }

int cuStreamDestroy_v2(void*) { return 0; }

int cuEventCreate(void** event, int) {
  *event = (void*) 1;
  return 0;
}

int cuEventRecord(void*, void*) { return 0; }

int cuEventSynchronize(void*) { return 0; }

int cuEventDestroy_v2(void*) { return 0; }

// The image is the source that the compiler below was given.
int cuModuleLoadData(void** module, const char* image) {
  if (strstr(image, "__global__") == nullptr) {
    return 200;
  }
  *module = (void*) 1;
  return 0;
}

int cuModuleGetFunction(void** function, void*, const char* name) {
  if (functions().count(name) == 0) {
    return 500;
  }
  *function = functions()[name];
  return 0;
}

int cuLaunchKernel(
    void* function, int blocks, int, int, int threads, int, int, int, void*, void** arguments, void**) {
  if (blocks < 1 || threads < 1 || threads > MOST_THREADS) {
    return 1;
  }
  std::lock_guard<std::mutex> alone(one);
  running = (Function*) function;
  given = arguments;
  gridDim.x = blocks;
  blockDim.x = threads;
  for (int block = 0; block < blocks; block++) {
    blockIdx.x = block;
    if (running->waits) {
      runBlock(threads);
    } else {
      for (int t = 0; t < threads; t++) {
        threadIdx.x = t;
        running->call(given);
      }
    }
  }
  return 0;
}

int cublasCreate_v2(void** handle) {
  *handle = (void*) 1;
  return 0;
}

int cublasDestroy_v2(void*) { return 0; }

int cublasSetStream_v2(void*, void*) { return 0; }

int cublasSetWorkspace_v2(void*, void*, size_t) { return 0; }

int cublasSgemm_v2(
    void*, int leftTransposed, int rightTransposed, int m, int n, int k, const float* alpha,
    const float* left, int leadOfLeft, const float* right, int leadOfRight, const float* beta, float* into,
    int leadOfInto) {
  std::vector<float> row(k);
  for (int i = 0; i < m; i++) {
    for (int l = 0; l < k; l++) {
      row[l] = leftTransposed ? left[l + (long) i * leadOfLeft] : left[i + (long) l * leadOfLeft];
    }
    for (int j = 0; j < n; j++) {
      float sum = 0;
      for (int l = 0; l < k; l++) {
        sum += row[l] * (rightTransposed ? right[j + (long) l * leadOfRight] : right[l + (long) j * leadOfRight]);
      }
      float* element = &into[i + (long) j * leadOfInto];
      *element = *alpha * sum + (*beta == 0 ? 0 : *beta * *element);
    }
  }
  return 0;
}

int nvrtcGetNumSupportedArchs(int* count) {
  *count = 2;
  return 0;
}

int nvrtcGetSupportedArchs(int* architectures) {
  architectures[0] = 75;
  architectures[1] = 90;
  return 0;
}

int nvrtcCreateProgram(void** program, const char* text, const char*, int, void*, void*) {
  source = text;
  *program = (void*) 1;
  return 0;
}

int nvrtcCompileProgram(void*, int count, const char** options) {
  return count == 1 && strcmp(options[0], "--gpu-architecture=sm_90") == 0 ? 0 : 5;
}

int nvrtcGetProgramLogSize(void*, size_t* bytes) {
  *bytes = 1;
  return 0;
}

int nvrtcGetProgramLog(void*, char* log) {
  *log = 0;
  return 0;
}

int nvrtcGetCUBINSize(void*, size_t* bytes) {
  *bytes = source.size() + 1;
  return 0;
}

int nvrtcGetCUBIN(void*, char* image) {
  memcpy(image, source.c_str(), source.size() + 1);
  return 0;
}

int nvrtcGetPTXSize(void*, size_t*) { return 1; }

int nvrtcGetPTX(void*, char*) { return 1; }

int nvrtcDestroyProgram(void**) { return 0; }

}  // extern "C"
