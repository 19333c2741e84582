namespace Sluice.Worker.Onnx;

internal sealed unsafe partial class OrtApi
{
    private const OrtErrorCode InvalidArgument = OrtErrorCode.InvalidArgument;

    /// <summary>An empty domain of operators; it must outlive every session that has it.</summary>
    public nint CreateCustomOpDomain(string name)
    {
        nint domain;
        fixed (byte* text = Utf8(name))
            _table->CreateCustomOpDomain(text, &domain).ThrowIfFailed(this);
        return domain;
    }

    /// <summary>Adds an operator, a <see cref="CustomOp"/>, which must live as long as the domain.</summary>
    public void AddCustomOp(nint domain, nint op) => _table->CustomOpDomain_Add(domain, op).ThrowIfFailed(this);

    /// <summary>Sessions made of <paramref name="options"/> know the domain's operators.</summary>
    public void AddCustomOpDomain(SessionOptionsHandle options, nint domain) => _table->AddCustomOpDomain(options.DangerousGetHandle(), domain).ThrowIfFailed(this);

    /// <summary>An attribute of the node for which a kernel is made.</summary>
    /// <exception cref="OrtException">It has none of that name.</exception>
    public long IntegerAttribute(nint info, string name)
    {
        long value;
        fixed (byte* text = Utf8(name))
            _table->KernelInfoGetAttribute_int64(info, text, &value).ThrowIfFailed(this);
        return value;
    }

    /// <summary>A status for ONNX Runtime, which releases it.</summary>
    public nint CreateError(string message)
    {
        fixed (byte* text = Utf8(message)) return _table->CreateStatus(InvalidArgument, text);
    }

    /// <summary>The memory of a running kernel's input, valid until the kernel returns.</summary>
    /// <param name="context">What the kernel was called with.</param>
    /// <param name="index">From 0.</param>
    /// <param name="shape">Written; its length is the rank that the input must have.</param>
    /// <exception cref="InvalidDataException">The input has another rank.</exception>
    public void* KernelInput(nint context, int index, Span<long> shape)
    {
        nint value, info;
        void* data;
        _table->KernelContext_GetInput(context, (nuint)index, &value).ThrowIfFailed(this);
        _table->GetTensorTypeAndShape(value, &info).ThrowIfFailed(this);
        try
        {
            nuint rank;
            _table->GetDimensionsCount(info, &rank).ThrowIfFailed(this);
            if (rank != (nuint)shape.Length) throw new InvalidDataException($"input {index} has rank {rank}, and {shape.Length} is needed");
            fixed (long* dimensions = shape) _table->GetDimensions(info, dimensions, rank).ThrowIfFailed(this);
        }
        finally
        {
            _table->ReleaseTensorTypeAndShapeInfo(info);
        }

        _table->GetTensorMutableData(value, &data).ThrowIfFailed(this);
        return data;
    }

    /// <summary>Memory for a running kernel's output of this shape.</summary>
    public void* KernelOutput(nint context, int index, ReadOnlySpan<long> shape)
    {
        nint value;
        void* data;
        fixed (long* dimensions = shape)
            _table->KernelContext_GetOutput(context, (nuint)index, dimensions, (nuint)shape.Length, &value).ThrowIfFailed(this);
        _table->GetTensorMutableData(value, &data).ThrowIfFailed(this);
        return data;
    }

    /// <summary>Calls <paramref name="task"/> with 0 to <paramref name="count"/> - 1 on the threads of the running kernel's session, and returns when all are done.</summary>
    public void InParallel(nint context, delegate* unmanaged<void*, nuint, void> task, int count, void* data) =>
        _table->KernelContext_ParallelFor(context, task, (nuint)count, 0, data).ThrowIfFailed(this);
}
