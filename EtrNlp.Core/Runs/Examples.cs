using System.Globalization;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Tasks;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using static TorchSharp.torch;

namespace EtrNlp.Core.Runs;

/// <summary>
/// Example predictions of an evaluation, to be looked at: for the first images of a split and each task that predicts
/// every pixel a PNG with input, label, prediction and error side by side.
/// </summary>
/// <param name="Count">Images of the split.</param>
/// <param name="Folder">Where the files go.</param>
public sealed record Examples(int Count, string Folder)
{
    const int Panels = 4;
    const int HeaderBytes = 1024; // of a PNG with what marks its rows

    /// <summary>Refuses an experiment of which there is nothing to show, if some images of it are to be.</summary>
    /// <exception cref="DataException">No task predicts every pixel.</exception>
    public static void RequireSome(Experiment experiment, int count)
    {
        if (count > 0 && !experiment.Tasks.Any(task => task.Kind.IsDense))
        {
            throw new DataException(
                $"--examples: no task of {experiment.Name} predicts pixels, so there is nothing to draw; "
                    + "leave --examples out"
            );
        }
    }

    /// <summary>Bytes that the examples of one seed take at most, if nothing in them can be compressed.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="images">Its images.</param>
    /// <param name="count">Images that are drawn of an evaluation.</param>
    public static long MostBytes(Experiment experiment, DatasetCounts images, int count)
    {
        var (size, evaluations) = (experiment.Dataset.Size, experiment.Training.Evaluations);
        var dense = experiment.Tasks.Count(task => task.Kind.IsDense);
        var ofTest =
            experiment.Training.EvaluateTest ? evaluations
            : dense < experiment.Tasks.Length ? 1
            : Math.Min(evaluations, ReportRule.EvaluationsOfMean);
        var drawn = ((long)evaluations * Math.Min(count, images.Val)) + ((long)ofTest * Math.Min(count, images.Test));
        return drawn * dense * ((3L * Panels * size.Height * size.Width) + HeaderBytes);
    }

    /// <summary>
    /// Draws what a network predicts for the batches of a split as they are evaluated, since what an image is judged as
    /// may depend on its batch.
    /// </summary>
    public void Write(Network network, Experiment experiment, Split split, IEnumerable<Batch> batches)
    {
        using var noGrad = no_grad();
        var first = 0;
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            var (images, drawn) = (
                Shown(batch.Images, experiment.Dataset.Normalization),
                Math.Min(batch.Count, Count - first)
            );
            for (var route = 0; route < network.Plan.Routes; route++)
            {
                using var routeScope = NewDisposeScope();
                foreach (var (task, outputs) in network.Forward(batch.Images, new Pass(route, Training: false)))
                {
                    if (
                        experiment
                            .Tasks[task]
                            .Kind.Show(outputs.narrow(0, 0, drawn), batch.Targets[task].narrow(0, 0, drawn)) is
                        { } pictures
                    )
                    {
                        Write(
                            images,
                            pictures,
                            drawn,
                            i => Path.Combine(Folder, Name(split, first + i, experiment.Tasks[task].Name))
                        );
                    }
                }
            }

            first += batch.Count;
            if (first >= Count)
            {
                break;
            }
        }
    }

    static string Name(Split split, int image, string task) =>
        string.Create(CultureInfo.InvariantCulture, $"{Values.SnakeCase(split)}-{image:D4}-{task}.png");

    static void Write(Tensor images, Pictures pictures, int count, Func<int, string> path)
    {
        for (var i = 0; i < count; i++)
        {
            var image = SideBySide(images[i], pictures.Label[i], pictures.Prediction[i], pictures.Error[i]);
            AtomicFile.Write(path(i), to => PngFile.Write(image, to));
        }
    }

    static RgbImage SideBySide(params IEnumerable<Tensor> panels)
    {
        using var scope = NewDisposeScope();
        var row = cat(
            [.. panels.Select(panel => panel.to(ScalarType.Float32).expand(3, panel.shape[1], panel.shape[2]))],
            2
        ); // [3, H, 4 W]
        var pixels = row.nan_to_num(0)
            .clamp(Scalars.Zero, Scalars.One)
            .mul(Scalars.Of(byte.MaxValue))
            .round()
            .to(ScalarType.Byte)
            .permute(1, 2, 0)
            .contiguous()
            .cpu();
        return new RgbImage(pixels.bytes.ToArray(), new ImageSize((int)row.shape[1], (int)row.shape[2]));
    }

    // As they were before normalisation.
    static Tensor Shown(Tensor images, PixelNormalization normalization) =>
        (images * PerChannel(normalization.Std, images)).Plus(PerChannel(normalization.Mean, images));

    static Tensor PerChannel(IReadOnlyList<double> values, Tensor images) =>
        BatchStream.PerChannel(values, images.device).view(1, 3, 1, 1);
}
