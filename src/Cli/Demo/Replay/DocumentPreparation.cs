using System.Buffers;
using System.Globalization;
using Sluice.Schemas;
using Sluice.Worker.Documents;

namespace Sluice.Cli.Demo.Replay;

/// <summary>From mails to records' values, before the clock runs.</summary>
internal static class DocumentPreparation
{
    /// <summary>What the ids of warm-up documents begin with.</summary>
    public const string WarmUpPrefix = "warm-up/";

    /// <summary>Encodes mails as Avro documents behind the wire header.</summary>
    /// <param name="mails">The mails.</param>
    /// <param name="schemaId">The registry's id of <see cref="Document.SchemaText"/>.</param>
    public static IReadOnlyList<DemoDocument> Encode(IEnumerable<LabelledMail> mails, int schemaId)
    {
        var output = new ArrayBufferWriter<byte>();
        return [.. mails.Select(mail => Encode(mail, schemaId, output))];
    }

    /// <summary>The mails again and again, up to a number, each time under another name: the number of its sending.</summary>
    public static IEnumerable<LabelledMail> Again(IReadOnlyList<LabelledMail> mails, int number) =>
        Enumerable.Range(0, number).Select(index =>
            mails[index % mails.Count] with { Id = index.ToString(CultureInfo.InvariantCulture) });

    /// <summary>The first mails again under other names, which are short whatever theirs are, to be labelled before the clock
    /// runs.</summary>
    public static IEnumerable<LabelledMail> WarmUp(IEnumerable<LabelledMail> mails, int number) =>
        mails.Take(number).Select((mail, index) => mail with { Id = $"{WarmUpPrefix}{index}" });

    private static DemoDocument Encode(LabelledMail mail, int schemaId, ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        WireHeader.Write(output, schemaId);
        new Document(mail.Id, mail.Subject, mail.Body).Write(output);
        return new DemoDocument(mail.Id, mail.Label, output.WrittenSpan.ToArray());
    }
}
