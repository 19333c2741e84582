using System.Runtime.InteropServices;

namespace Sluice.Worker.Onnx;

/// <summary>The operators <c>sluice.PackedAttention</c> and <c>sluice.PackedClsAttention</c> of the served graphs, run by <see cref="AttentionKernel"/>.</summary>
/// <remarks>
/// <para>In a graph both are functions of ONNX's own operators (training/attention.py), which any runtime expands; a session that has this domain runs the kernel in their place.</para>
/// <list type="bullet">
/// <item>PackedAttention: qkv [T,3H], lengths [B], gather [B,S], scatter [T] -> context [T,H]</item>
/// <item>PackedClsAttention: q [B,H], k [T,H], v [T,H], lengths [B], gather [B,S] -> context [B,H]</item>
/// </list>
/// <para>Rows are float32, places int32; gather and scatter are for the expansion only. Attribute <c>heads</c>: H is a multiple of it. The documents' rows follow one another.</para>
/// </remarks>
internal static unsafe class PackedAttentionOp
{
    private static OrtApi? api;
    private static readonly byte* Name = Text("PackedAttention"), ClsName = Text("PackedClsAttention");

    /// <summary>The domain with both operators, for as long as the process lives.</summary>
    /// <exception cref="OrtException">ONNX Runtime refuses them.</exception>
    public static nint CreateDomain(OrtApi ort)
    {
        api = ort;
        nint domain = ort.CreateCustomOpDomain("sluice");
        ort.AddCustomOp(domain, (nint)Describe(clsOnly: 0));
        ort.AddCustomOp(domain, (nint)Describe(clsOnly: 1));
        return domain;
    }

    private static CustomOp* Describe(int clsOnly)
    {
        CustomOp* op = (CustomOp*)NativeMemory.AllocZeroed((nuint)sizeof(CustomOp));
        op->Version = OrtApi.Version;
        op->ClsOnly = clsOnly;
        op->GetName = &NameOf;
        op->GetExecutionProviderType = &ProviderOf;
        op->GetInputType = &InputTypeOf;
        op->GetInputTypeCount = &InputCountOf;
        op->GetOutputType = &OutputTypeOf;
        op->GetOutputTypeCount = &OutputCountOf;
        op->GetInputCharacteristic = &Required;
        op->GetOutputCharacteristic = &Required;
        op->GetInputMemoryType = &DefaultMemory;
        op->CreateKernelV2 = &Create;
        op->KernelComputeV2 = &Compute;
        op->KernelDestroy = &Destroy;
        op->GetStartVersion = &First;
        op->GetEndVersion = &Last;
        return op;
    }

    private static byte* Text(string name) => (byte*)Marshal.StringToCoTaskMemUTF8(name);

    [UnmanagedCallersOnly]
    private static byte* NameOf(CustomOp* op) => op->ClsOnly != 0 ? ClsName : Name;

    [UnmanagedCallersOnly]
    private static byte* ProviderOf(CustomOp* op) => null; // the CPU's

    [UnmanagedCallersOnly]
    private static nuint InputCountOf(CustomOp* op) => op->ClsOnly != 0 ? 5u : 4u;

    [UnmanagedCallersOnly]
    private static TensorType InputTypeOf(CustomOp* op, nuint index) => index < (op->ClsOnly != 0 ? 3u : 1u) ? TensorType.Float : TensorType.Int32;

    [UnmanagedCallersOnly]
    private static nuint OutputCountOf(CustomOp* op) => 1;

    [UnmanagedCallersOnly]
    private static TensorType OutputTypeOf(CustomOp* op, nuint index) => TensorType.Float;

    [UnmanagedCallersOnly]
    private static int Required(CustomOp* op, nuint index) => 0;

    [UnmanagedCallersOnly]
    private static int DefaultMemory(CustomOp* op, nuint index) => 0;

    [UnmanagedCallersOnly]
    private static int First(CustomOp* op) => 1;

    [UnmanagedCallersOnly]
    private static int Last(CustomOp* op) => int.MaxValue;

    /// <summary>A kernel is a number: its heads, negative when [CLS] alone asks.</summary>
    [UnmanagedCallersOnly]
    private static nint Create(CustomOp* op, nint table, nint info, nint* kernel)
    {
        try
        {
            long heads = api!.IntegerAttribute(info, "heads");
            if (heads is < 1 or > 1024) throw new InvalidDataException($"heads is {heads}, and must be 1 to 1,024");
            *kernel = (nint)(op->ClsOnly != 0 ? -heads : heads);
            return 0;
        }
        catch (Exception e)
        {
            return api!.CreateError($"sluice.{(op->ClsOnly != 0 ? "PackedClsAttention" : "PackedAttention")} cannot be made: {e.Message}");
        }
    }

    [UnmanagedCallersOnly]
    private static void Destroy(nint kernel)
    {
    }

    [UnmanagedCallersOnly]
    private static nint Compute(nint kernel, nint context)
    {
        try
        {
            if (kernel > 0) All(context, (int)kernel);
            else ClsOnly(context, (int)-kernel);
            return 0;
        }
        catch (Exception e)
        {
            // An exception must not unwind through native frames; ONNX Runtime hands the text to whoever called Run.
            return api!.CreateError($"attention over packed rows failed: {e.Message}");
        }
    }

    private static void All(nint context, int heads)
    {
        Span<long> qkvShape = stackalloc long[2], lengthsShape = stackalloc long[1];
        float* qkv = (float*)api!.KernelInput(context, 0, qkvShape);
        int* lengths = (int*)api.KernelInput(context, 1, lengthsShape);
        int hidden = HiddenOf(qkvShape[1] / 3, heads);
        if (qkvShape[1] != 3 * hidden) throw new InvalidDataException($"qkv has {qkvShape[1]} columns, and three times a multiple of {heads} heads are needed");
        CheckLengths(lengths, lengthsShape[0], qkvShape[0]);
        float* output = (float*)api.KernelOutput(context, 0, [qkvShape[0], hidden]);
        Run(new Rows(qkv, 3 * hidden), new Rows(qkv + hidden, 3 * hidden), new Rows(qkv + (2 * hidden), 3 * hidden), new Rows(output, hidden), lengths, (int)lengthsShape[0], heads, hidden, clsOnly: false);
    }

    private static void ClsOnly(nint context, int heads)
    {
        Span<long> queryShape = stackalloc long[2], keyShape = stackalloc long[2], valueShape = stackalloc long[2], lengthsShape = stackalloc long[1];
        float* q = (float*)api!.KernelInput(context, 0, queryShape), k = (float*)api.KernelInput(context, 1, keyShape), v = (float*)api.KernelInput(context, 2, valueShape);
        int* lengths = (int*)api.KernelInput(context, 3, lengthsShape);
        int hidden = HiddenOf(keyShape[1], heads);
        if (queryShape[1] != hidden || valueShape[1] != hidden || valueShape[0] != keyShape[0] || queryShape[0] != lengthsShape[0])
            throw new InvalidDataException($"queries [{queryShape[0]},{queryShape[1]}], keys [{keyShape[0]},{keyShape[1]}] and values [{valueShape[0]},{valueShape[1]}] of {lengthsShape[0]} documents do not fit together");
        CheckLengths(lengths, lengthsShape[0], keyShape[0]);
        float* output = (float*)api.KernelOutput(context, 0, [queryShape[0], hidden]);
        Run(new Rows(q, hidden), new Rows(k, hidden), new Rows(v, hidden), new Rows(output, hidden), lengths, (int)lengthsShape[0], heads, hidden, clsOnly: true);
    }

    private static int HiddenOf(long hidden, int heads)
    {
        long size = hidden / heads;
        return size * heads == hidden && size % 16 == 0 && size is > 0 and <= AttentionKernel.MaxHeadSize
            ? (int)hidden
            : throw new InvalidDataException($"{hidden} columns cannot be {heads} heads: a head has a multiple of 16 columns, at most {AttentionKernel.MaxHeadSize}");
    }

    // The kernel reads by these lengths and looks at nothing else.
    private static void CheckLengths(int* lengths, long documents, long tokens)
    {
        long sum = 0;
        for (long i = 0; i < documents; i++)
        {
            if (lengths[i] < 1) throw new InvalidDataException($"document {i} has {lengths[i]} tokens, and must have at least 1");
            sum += lengths[i];
        }

        if (sum != tokens) throw new InvalidDataException($"the documents have {sum} tokens together, and there are rows for {tokens}");
    }

    private static void Run(Rows queries, Rows keys, Rows values, Rows context, int* lengths, int documents, int heads, int hidden, bool clsOnly)
    {
        int size = hidden / heads;
        long token = 0;
        for (int document = 0; document < documents; document++)
        {
            int length = lengths[document];
            long asking = clsOnly ? document : token;
            for (int head = 0; head < heads; head++)
            {
                AttentionKernel.Attend(new AttentionKernel.Head
                {
                    Queries = queries.At(asking) + (head * size),
                    Keys = keys.At(token) + (head * size),
                    Values = values.At(token) + (head * size),
                    Context = context.At(asking) + (head * size),
                    QueryStride = queries.Stride,
                    Stride = keys.Stride,
                    ContextStride = context.Stride,
                    QueryCount = clsOnly ? 1 : length,
                    Length = length,
                    Size = size,
                    Scale = 1 / MathF.Sqrt(size),
                });
            }

            token += length;
        }
    }

    private readonly struct Rows(float* first, long stride)
    {
        public long Stride => stride;

        public float* At(long row) => first + (row * stride);
    }
}
