using System.Buffers;
using Sluice.Schemas;
using Sluice.Worker.Demo.Mail;
using Sluice.Worker.Demo.Replay;
using Sluice.Worker.Documents;

namespace Sluice.Worker.Demo;

/// <summary>From mails to records' values, before the clock runs.</summary>
internal static class DocumentPreparation
{
    /// <summary>What the ids of warm-up documents begin with.</summary>
    public const string WarmUpPrefix = "warm-up/";

    /// <summary>Encodes mails as Avro documents behind the wire header.</summary>
    /// <param name="corpus">The mails.</param>
    /// <param name="schemaId">The registry's id of <see cref="Document.SchemaText"/>.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static IReadOnlyList<DemoDocument> Encode(MailCorpus corpus, int schemaId, CancellationToken cancellation)
    {
        var documents = new List<DemoDocument>(corpus.Mails.Count);
        var output = new ArrayBufferWriter<byte>();
        foreach (SplitLine mail in corpus.Mails)
        {
            cancellation.ThrowIfCancellationRequested();
            MailText text = corpus.Read(mail);
            documents.Add(Encode(mail.File, mail.Label, text, schemaId, output));
        }

        return documents;
    }

    /// <summary>The first documents again under other names, to be labelled before the clock runs.</summary>
    public static IReadOnlyList<DemoDocument> WarmUp(IReadOnlyList<DemoDocument> documents, int number)
    {
        var output = new ArrayBufferWriter<byte>();
        return [.. documents.Take(number).Select(document =>
        {
            WireHeader.Read(document.Value, out int schemaId, out ReadOnlySpan<byte> payload);
            Document read = Document.Read(payload);
            return Encode(WarmUpPrefix + document.Id, document.Label, new MailText(read.Subject ?? "", read.Body), schemaId, output);
        })];
    }

    private static DemoDocument Encode(string id, string label, MailText text, int schemaId, ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        WireHeader.Write(output, schemaId);
        new Document(id, text.Subject, text.Body).Write(output);
        return new DemoDocument(id, label, output.WrittenSpan.ToArray());
    }
}
