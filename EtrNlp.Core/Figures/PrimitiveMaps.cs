using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Primitives;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using static TorchSharp.torch;

namespace EtrNlp.Core.Figures;

/// <summary>What a primitive makes of an image.</summary>
/// <param name="Caption">Its kind and hyper-parameters, as the experiment has them.</param>
/// <param name="Values">[3, H, W], row by row.</param>
public sealed record PrimitiveMap(string Caption, float[] Values);

/// <summary>An image and what each primitive of an experiment's NLP modules makes of it (Figure 3).</summary>
/// <param name="Size">Of the image and of each map.</param>
/// <param name="Maps">The image itself, then the primitives in their order.</param>
public sealed record PrimitiveMaps(ImageSize Size, IReadOnlyList<PrimitiveMap> Maps)
{
    const int Copies = 3; // shift moves channels by nines
    const int Colours = 3;

    /// <summary>
    /// The maps of an image, drawn from the experiment's first seed. The primitives see its red, green and blue three
    /// times, nine channels in [0, 1]; the first three that leave are kept.
    /// </summary>
    /// <exception cref="DataException">The experiment has no primitives, or there is no such image.</exception>
    public static PrimitiveMaps Of(ExperimentFile file, ChosenImage image, Func<IDataset> open)
    {
        if (file.Experiment.Operation is not Nlp nlp)
        {
            throw new DataException(
                $"{file.Path} has no primitives; choose an experiment of operation nlp, or --set operation.kind=nlp"
            );
        }

        var pixels = Read(file.Experiment, image, open);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var input = ChosenImage.Input(pixels, PixelNormalization.None, CPU).repeat(1, Copies, 1, 1);
        var captions = Captions(file);
        return new PrimitiveMaps(
            pixels.Size,
            [
                new PrimitiveMap("image", Kept(input)),
                .. nlp.Primitives.Select(
                    (primitive, p) =>
                        new PrimitiveMap(captions[p], Applied(primitive, p, input, file.Experiment.Seeds[0]))
                ),
            ]
        );
    }

    static RgbImage Read(Experiment experiment, ChosenImage image, Func<IDataset> open)
    {
        using var dataset = image.IsOfSplit ? open() : null;
        return image.Read(experiment, dataset);
    }

    static float[] Applied(IPrimitive primitive, int number, Tensor input, int seed)
    {
        using var scope = NewDisposeScope();
        var shape = new FeatureShape((int)input.shape[1], (int)input.shape[2], (int)input.shape[3]);
        var plan = new PrimitivePlan(FormattableString.Invariant($"primitives.{number}"), shape, primitive);
        using var tensors = new TensorStore(plan.Parameters, plan.Buffers, seed, CPU);
        return Kept(plan.Build(tensors).Forward(input, new Pass(0, Training: false)));
    }

    static float[] Kept(Tensor maps) => maps[0].narrow(0, 0, Colours).contiguous().data<float>().ToArray();

    static string[] Captions(ExperimentFile file) =>
        [
            .. ((ListNode)file.Resolved.Child("operation")!.Child("primitives")!).Items.Select(item =>
                string.Join(
                    ' ',
                    ((MapNode)item).Entries.Select(entry =>
                        entry.Key == Section.KindKey ? TextOf(entry) : $"{entry.Key}={TextOf(entry)}"
                    )
                )
            ),
        ];

    static string TextOf(MapEntry entry) => ((ScalarNode)entry.Value).Text!;
}
