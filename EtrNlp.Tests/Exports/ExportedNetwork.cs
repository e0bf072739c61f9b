using System.Collections.Immutable;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Exports;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Exports;

/// <summary>A network of random numbers as an exported file, and beside it what it answers to random images.</summary>
sealed class ExportedNetwork(Experiment experiment)
{
    const int Images = 3;

    static readonly ImageSize Size = new(33, 36); // odd, so that halving it rounds

    public void Write(string path, string answers)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = new Network(NetworkPlanner.Plan(experiment, Size), seed: 5, CPU);
        Shake(network);
        using (var file = File.Create(path))
        {
            NetworkFile.Write(file, network, experiment, Size, new Dictionary<string, string>());
        }

        var images = rand([Images, 3, Size.Height, Size.Width]);
        var outputs = Enumerable
            .Range(0, network.Plan.Routes)
            .SelectMany(route => network.Forward(images, new Pass(route, Training: false)))
            .Select(one => (experiment.Tasks[one.Task].Name, one.Outputs));
        using var answer = File.Create(answers);
        NetworkFile.Write(answer, new Dictionary<string, string>(), [("images", images), .. outputs]);
    }

    // Norms that scale and shift, and statistics that are not those of the start.
    static void Shake(Network network)
    {
        foreach (var (name, parameter) in network.Tensors.Parameters)
        {
            parameter.add_(randn_like(parameter).mul_(0.1 * (name.Contains("displacement", StringComparison.Ordinal) ? 9 : 1)));
        }

        foreach (var pass in Pass.Over(network.Plan.Routes, 1, training: true))
        {
            network.Forward(rand([4, 3, Size.Height, Size.Width]), pass);
        }
    }
}
