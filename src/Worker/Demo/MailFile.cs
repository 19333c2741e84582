using Avro;
using Avro.File;
using Avro.Generic;

namespace Sluice.Worker.Demo;

/// <summary>A text of the demo's stream, with what it truly is.</summary>
/// <param name="Id">Which text it is; the document's id and the record's key.</param>
/// <param name="Subject">Title or subject line; may be empty.</param>
/// <param name="Body">The text.</param>
/// <param name="Label">One of the model's labels: ham or spam.</param>
internal sealed record LabelledMail(string Id, string Subject, string Body, string Label)
{
    /// <summary>What the model was trained on: subject, line feed, body, without white space at the ends.</summary>
    public string Text => $"{Subject}\n{Body}".Trim(' ', '\t', '\n');
}

/// <summary>Labelled mails in an Avro object container file, such as data/mail/test.avro, which training/mails.py writes.</summary>
internal static class MailFile
{
    /// <summary>All of a file's mails, in its order.</summary>
    /// <param name="path">A file of one's own: Apache.Avro, which reads it, is no match for bytes that mean harm.</param>
    /// <exception cref="InvalidDataException">
    /// It is missing, no such file, holds no mail, or its records lack one of the strings id, subject, body and label.
    /// </exception>
    public static IReadOnlyList<LabelledMail> Read(string path)
    {
        if (!File.Exists(path))
            throw new InvalidDataException($"The mails {path} are missing. Give --mails a file of mails, or run from a whole checkout.");
        try
        {
            using IFileReader<GenericRecord> reader = DataFileReader<GenericRecord>.OpenReader(path);
            LabelledMail[] mails = [.. reader.NextEntries.Select(Mail)];
            return mails.Length > 0 ? mails : throw new InvalidDataException($"{path} holds no mail.");
        }
        catch (Exception fault) when (fault is AvroException or IOException or OverflowException)
        {
            throw new InvalidDataException($"{path} is no Avro object container file, or is not whole: {fault.Message}", fault);
        }

        LabelledMail Mail(GenericRecord record) =>
            new(Field(record, "id"), Field(record, "subject"), Field(record, "body"), Field(record, "label"));

        string Field(GenericRecord record, string name) => record.TryGetValue(name, out object? value) && value is string text
            ? text
            : throw new InvalidDataException($"A record of {path} has no string '{name}'; each needs id, subject, body and label.");
    }
}
