using Sluice.Schemas;
using Sluice.Worker.Control;
using Sluice.Worker.Inference;
using Sluice.Worker.Kafka;
using Sluice.Worker.Offsets;
using Sluice.Worker.Pipeline;
using Sluice.Worker.Tokenization;

namespace Worker.Tests.Pipeline;

public sealed class PredictionsTests
{
    private static readonly ModelIdentity Model = new("tiny", "1.0.0", ["no", "yes"], 32);

    [Fact]
    public void A_label_says_how_many_students_made_it_not_how_many_were_asked() =>
        Assert.Equal((PredictionMode.Students, 2), Made(new BatchProvenance(Mode.Students(5, Precision.Int8), StudentsUsed: 2)));

    [Fact]
    public void A_label_of_the_swift_student_says_0_students_and_one_of_the_teacher_none_at_all()
    {
        Assert.Equal((PredictionMode.Students, 0), Made(new BatchProvenance(Mode.Swift(Precision.Int8))));
        Assert.Equal((PredictionMode.Teacher, null), Made(new BatchProvenance(Mode.Teacher(Precision.Int8))));
    }

    private static (PredictionMode Mode, int? StudentsUsed) Made(BatchProvenance provenance)
    {
        SourceRecord record = new(new SourceOffset(new SourcePartition("mails", 0), 1, 7), null, [], null, null, 0);
        WorkItem item = new(record, "d", [2, 3], new TokenCount(2, false));
        Prediction prediction = Predictions.Of(item, Model, [0.25f, 0.75f], provenance, DateTimeOffset.UnixEpoch);
        item.ReleaseIds();
        return (prediction.Mode, prediction.StudentsUsed);
    }
}
