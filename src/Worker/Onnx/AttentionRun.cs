using System.Runtime.InteropServices;

namespace Sluice.Worker.Onnx;

/// <summary>One call of an attention kernel: all heads of all documents of a batch, on one thread or on several.</summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct AttentionRun
{
    /// <summary>First row of each. Queries and context have a row for each token, or for each document where [CLS] alone asks.</summary>
    public float* Queries, Keys, Values, Context;

    /// <summary>Floats from one row of queries, keys or values to the next; rows of the context are as long as all heads.</summary>
    public long Stride;

    /// <summary>[documents] tokens of each; the documents' rows follow one another.</summary>
    public int* Lengths;

    public int Documents, Size;
    public AttentionTask Task;

    /// <summary>Set by a thread that failed.</summary>
    public volatile bool Failed;

    /// <summary>Document after document, so that its rows stay near while all heads read them.</summary>
    public readonly void All()
    {
        long token = 0;
        for (int document = 0; document < Documents; document++)
        {
            for (int head = 0; head < Task.Heads; head++) Attend(document, token, head);
            token += Lengths[document];
        }
    }

    /// <summary>One head of all documents.</summary>
    public readonly void Head(int head)
    {
        long token = 0;
        for (int document = 0; document < Documents; document++)
        {
            Attend(document, token, head);
            token += Lengths[document];
        }
    }

    private readonly void Attend(int document, long token, int head)
    {
        int length = Lengths[document];
        long asking = Task.ClsOnly ? document : token, column = (long)head * Size, contextStride = (long)Task.Heads * Size;
        AttentionKernel.Attend(new AttentionKernel.Head
        {
            Queries = Queries + (asking * Stride) + column,
            Keys = Keys + (token * Stride) + column,
            Values = Values + (token * Stride) + column,
            Context = Context + (asking * contextStride) + column,
            QueryStride = Stride,
            Stride = Stride,
            ContextStride = contextStride,
            QueryCount = Task.ClsOnly ? 1 : length,
            Length = length,
            Size = Size,
            Scale = 1 / MathF.Sqrt(Size),
        });
    }
}
