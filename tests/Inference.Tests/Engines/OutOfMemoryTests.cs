using Sluice.Inference.Engines;

namespace Inference.Tests.Engines;

public sealed class OutOfMemoryTests
{
    /// <summary>The words of ONNX Runtime 1.31, and of what it runs on.</summary>
    [Theory]
    [InlineData("Available memory of 1024 is smaller than requested bytes of 4096", true)]
    [InlineData("Failed to allocate memory for requested buffer of size 4096", true)]
    [InlineData("CUDA failure 2: out of memory ; GPU=0 ; file=cuda_allocator.cc ; expr=cudaMalloc((void**)&p, size);", true)]
    [InlineData("CUBLAS failure 3: the resource allocation failed ; GPU=0", true)]
    [InlineData("CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0", true)]
    [InlineData("CUDNN failure 4003: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED ; GPU=0", true)]
    [InlineData("std::bad_alloc", true)]
    [InlineData("CUDA failure 700: an illegal memory access was encountered ; GPU=0", false)]
    [InlineData("CUDA failure 719: unspecified launch failure ; GPU=0", false)]
    [InlineData("indices element out of data bounds, idx=100000", false)]
    public void A_failure_is_for_want_of_memory_where_its_words_or_its_causes_say_so(string words, bool expected)
    {
        Assert.Equal(expected, OutOfMemory.Is(new InvalidOperationException(words)));
        Assert.Equal(expected, OutOfMemory.Is(new InvalidOperationException("Student 2 fails", new InvalidOperationException(words))));
    }
}
