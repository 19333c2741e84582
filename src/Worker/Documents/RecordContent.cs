using Sluice.Worker.Documents.Envelopes;

namespace Sluice.Worker.Documents;

/// <summary>What the value of a record turned out to be: one of the five below.</summary>
internal abstract record RecordContent
{
    private RecordContent()
    {
    }

    public static implicit operator RecordContent(Rejection rejection) => new Rejected(rejection);

    /// <summary>A document; its fields are in the <see cref="DocumentFields"/> of who read it.</summary>
    public sealed record Document : RecordContent
    {
        public static readonly Document Found = new();
    }

    /// <summary>Word that the document of the record's key is gone.</summary>
    public sealed record Tombstone : RecordContent
    {
        public static readonly Tombstone Found = new();
    }

    /// <summary>Neither a document nor a fault: nothing is made of it.</summary>
    /// <param name="Kind">What it is.</param>
    public sealed record PassedOver(PassedOverKind Kind) : RecordContent;

    /// <summary>What reading it needs was forgotten since: it is to be prepared again.</summary>
    public sealed record Unprepared : RecordContent
    {
        public static readonly Unprepared Again = new();
    }

    /// <summary>What cannot be labelled.</summary>
    /// <param name="Rejection">Why.</param>
    public sealed record Rejected(Rejection Rejection) : RecordContent;
}
