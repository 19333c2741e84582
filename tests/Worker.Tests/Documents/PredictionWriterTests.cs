using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Tokenization;
using Sluice.Schemas;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;

namespace Worker.Tests.Documents;

public sealed class PredictionWriterTests
{
    private static readonly ModelIdentity Model = new("tiny", "1.0.0", ["no", "yes"], 32, "sha256:ab");

    [Fact]
    public void A_label_says_how_many_students_made_it_not_how_many_were_asked() =>
        Assert.Equal((PredictionMode.Students, 2), Made(new Provenance(Mode.Students(5, Precision.Int8), StudentsUsed: 2)));

    [Fact]
    public void A_label_of_the_swift_student_says_0_students_and_one_of_the_teacher_none_at_all()
    {
        Assert.Equal((PredictionMode.Students, 0), Made(new Provenance(Mode.Swift(Precision.Int8))));
        Assert.Equal((PredictionMode.Teacher, null), Made(new Provenance(Mode.Teacher(Precision.Int8))));
    }

    [Fact]
    public void A_label_says_what_answered_in_the_place_of_the_whole_model()
    {
        Assert.Equal("swift", Labelled(new Provenance(Mode.Swift(Precision.Int8))).Exit);
        Assert.Equal("students:2", Labelled(new Provenance(Mode.Students(5, Precision.Int8), StudentsUsed: 2)).Exit);
        Assert.Equal("students:5", Labelled(new Provenance(Mode.Students(5, Precision.Int8), StudentsUsed: 5)).Exit);
        Assert.Equal("layer:4", Labelled(new Provenance(Mode.Teacher(Precision.Int8), ExitLayer: 4)).Exit);
        Assert.Null(Labelled(new Provenance(Mode.Teacher(Precision.Int8))).Exit);
    }

    [Fact]
    public void A_label_says_how_sure_the_model_was_and_which_files_it_is_made_of()
    {
        Prediction prediction = Labelled(new Provenance(Mode.Teacher(Precision.Int8)));
        Assert.Equal(("yes", 0.75f, "sha256:ab"), (prediction.Label, prediction.Confidence, prediction.ModelDigest));
        Assert.Equal((0, false, null), (prediction.Revision, prediction.ChosenForAudit, prediction.ThresholdsVersion));
    }

    [Fact]
    public void A_label_carries_the_fields_that_were_copied_and_none_where_none_were()
    {
        Dictionary<string, string> fields = new() { ["mail.to[]"] = "a b", ["größe"] = "" };
        System.Buffers.ArrayBufferWriter<byte> output = new();
        Labelled(new Provenance(Mode.Teacher(Precision.Int8)), fields).Write(output);
        Assert.Equal(fields, Prediction.Read(output.WrittenSpan).Fields);
        Assert.Empty(Labelled(new Provenance(Mode.Teacher(Precision.Int8))).Fields);
    }

    private static (PredictionMode Mode, int? StudentsUsed) Made(Provenance provenance)
    {
        Prediction prediction = Labelled(provenance);
        return (prediction.Mode, prediction.StudentsUsed);
    }

    private static Prediction Labelled(Provenance provenance, IReadOnlyDictionary<string, string>? fields = null)
    {
        Envelope envelope = new(new SourceOffset(new SourcePartition("mails", 0), 1, 7), null, [], null);
        return PredictionWriter.Of(envelope, "d", new TokenCount(2, false), Model, [0.25f, 0.75f], provenance, DateTimeOffset.UnixEpoch,
            fields);
    }
}
