using EtrNlp.Core.Experiments;
using EtrNlp.Core.Exports;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Exports;

/// <summary>A network of random numbers as an exported file, and beside it what it answers to random images.</summary>
sealed class ExportedNetwork(Experiment experiment)
{
    const int Images = 8;

    static readonly ImageSize Size = new(33, 36); // odd, so that halving it rounds
    static readonly Dictionary<string, string> Nothing = [];

    public void Write(string path, string answers, bool forTorchvision = false)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = new Network(NetworkPlanner.Plan(experiment, Size), seed: 5, CPU);
        using var random = new Generator(7);
        Shake(network, random);
        using (var file = File.Create(path))
        {
            if (forTorchvision)
            {
                NetworkFile.Write(file, Nothing, TorchvisionTensors.OfAnyWidth(network, experiment));
            }
            else
            {
                NetworkFile.Write(file, network, experiment, Size, Nothing);
            }
        }

        var images = rand([Images, 3, Size.Height, Size.Width], generator: random);
        var outputs = Enumerable
            .Range(0, network.Plan.Routes)
            .SelectMany(route => network.Forward(images, new Pass(route, Training: false)))
            .Select(one => (experiment.Tasks[one.Task].Name, one.Outputs));
        using var answer = File.Create(answers);
        NetworkFile.Write(answer, Nothing, [("images", images), .. outputs]);
    }

    // Norms that scale and shift, and statistics that are not those of the start.
    static void Shake(Network network, Generator random)
    {
        foreach (var (name, parameter) in network.Tensors.Parameters)
        {
            var size = name.EndsWith("displacement", StringComparison.Ordinal) ? 1 : 0.1;
            parameter.add_(randn(parameter.shape, generator: random).mul_(size));
        }

        foreach (var pass in Pass.Over(network.Plan.Routes, 1, training: true))
        {
            network.Forward(rand([Images, 3, Size.Height, Size.Width], generator: random), pass);
        }
    }
}
