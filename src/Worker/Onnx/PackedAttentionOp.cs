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
    /// <param name="ort">The library.</param>
    /// <param name="wide">For sessions with several threads, which then share out the heads.</param>
    /// <exception cref="OrtException">ONNX Runtime refuses them.</exception>
    public static nint CreateDomain(OrtApi ort, bool wide)
    {
        api = ort;
        nint domain = ort.CreateCustomOpDomain("sluice");
        ort.AddCustomOp(domain, (nint)Describe(new AttentionTask(0, ClsOnly: false, wide)));
        ort.AddCustomOp(domain, (nint)Describe(new AttentionTask(0, ClsOnly: true, wide)));
        return domain;
    }

    private static CustomOp* Describe(AttentionTask task)
    {
        CustomOp* op = (CustomOp*)NativeMemory.AllocZeroed((nuint)sizeof(CustomOp));
        op->Version = OrtApi.Version;
        op->Task = task;
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
    private static byte* NameOf(CustomOp* op) => op->Task.ClsOnly ? ClsName : Name;

    [UnmanagedCallersOnly]
    private static byte* ProviderOf(CustomOp* op) => null; // the CPU's

    [UnmanagedCallersOnly]
    private static nuint InputCountOf(CustomOp* op) => op->Task.ClsOnly ? 5u : 4u;

    [UnmanagedCallersOnly]
    private static TensorType InputTypeOf(CustomOp* op, nuint index) => index < (op->Task.ClsOnly ? 3u : 1u) ? TensorType.Float : TensorType.Int32;

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

    /// <summary>A kernel is its <see cref="AttentionTask"/>.</summary>
    [UnmanagedCallersOnly]
    private static nint Create(CustomOp* op, nint table, nint info, nint* kernel)
    {
        try
        {
            long heads = api!.IntegerAttribute(info, "heads");
            if (heads is < 1 or > 1024) throw new InvalidDataException($"heads is {heads}, and must be 1 to 1,024");
            AttentionTask* task = (AttentionTask*)NativeMemory.Alloc((nuint)sizeof(AttentionTask));
            *task = op->Task with { Heads = (int)heads };
            *kernel = (nint)task;
            return 0;
        }
        catch (Exception e)
        {
            return api!.CreateError($"sluice.{(op->Task.ClsOnly ? "PackedClsAttention" : "PackedAttention")} cannot be made: {e.Message}");
        }
    }

    [UnmanagedCallersOnly]
    private static void Destroy(nint kernel) => NativeMemory.Free((void*)kernel);

    [UnmanagedCallersOnly]
    private static nint Compute(nint kernel, nint context)
    {
        try
        {
            AttentionTask task = *(AttentionTask*)kernel;
            AttentionRun run = task.ClsOnly ? OfClsOnly(context, task) : OfAll(context, task);
            if (task.Wide && task.Heads > 1) api!.InParallel(context, &RunHead, task.Heads, &run);
            else run.All();
            if (run.Failed) throw new InsufficientMemoryException("there was no memory for a thread's scratch");
            return 0;
        }
        catch (Exception e)
        {
            // An exception must not unwind through native frames; ONNX Runtime hands the text to whoever called Run.
            return api!.CreateError($"attention over packed rows failed: {e.Message}");
        }
    }

    [UnmanagedCallersOnly]
    private static void RunHead(void* run, nuint head)
    {
        try
        {
            ((AttentionRun*)run)->Head((int)head);
        }
        catch (InsufficientMemoryException)
        {
            ((AttentionRun*)run)->Failed = true;
        }
    }

    private static AttentionRun OfAll(nint context, AttentionTask task)
    {
        Span<long> shape = stackalloc long[2], documents = stackalloc long[1];
        float* qkv = (float*)api!.KernelInput(context, 0, shape);
        int* lengths = (int*)api.KernelInput(context, 1, documents);
        int hidden = HiddenOf(shape[1] / 3, task.Heads);
        if (shape[1] != 3 * hidden) throw new InvalidDataException($"qkv has {shape[1]} columns, and three times a multiple of {task.Heads} heads are needed");
        CheckLengths(lengths, documents[0], shape[0]);
        return Over(qkv, qkv + hidden, qkv + (2 * hidden), stride: 3 * hidden, context, rows: shape[0], hidden, lengths, documents[0], task);
    }

    private static AttentionRun OfClsOnly(nint context, AttentionTask task)
    {
        Span<long> q = stackalloc long[2], k = stackalloc long[2], v = stackalloc long[2], documents = stackalloc long[1];
        float* queries = (float*)api!.KernelInput(context, 0, q), keys = (float*)api.KernelInput(context, 1, k), values = (float*)api.KernelInput(context, 2, v);
        int* lengths = (int*)api.KernelInput(context, 3, documents);
        int hidden = HiddenOf(k[1], task.Heads);
        if (q[1] != hidden || v[1] != hidden || v[0] != k[0] || q[0] != documents[0])
            throw new InvalidDataException($"queries [{q[0]},{q[1]}], keys [{k[0]},{k[1]}] and values [{v[0]},{v[1]}] of {documents[0]} documents do not fit together");
        CheckLengths(lengths, documents[0], k[0]);
        return Over(queries, keys, values, stride: hidden, context, rows: q[0], hidden, lengths, documents[0], task);
    }

    private static AttentionRun Over(float* queries, float* keys, float* values, long stride, nint context, long rows, int hidden, int* lengths, long documents, AttentionTask task) => new()
    {
        Queries = queries,
        Keys = keys,
        Values = values,
        Context = (float*)api!.KernelOutput(context, 0, [rows, hidden]),
        Stride = stride,
        Lengths = lengths,
        Documents = (int)documents,
        Size = hidden / task.Heads,
        Task = task,
    };

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
}
