using EtrNlp.Core.Metrics;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using Spectre.Console;

namespace EtrNlp.Cli.Display;

/// <summary>Progress of one run as a live region of the terminal.</summary>
sealed class LiveProgress : IProgressDisplay
{
    readonly LiveRegion _region;
    volatile RunView? _view;

    public LiveProgress(IAnsiConsole screen) => _region = new LiveRegion(screen, width => _view?.Render(width));

    public void Started(RunStart start) => _view = new RunView(start, new Pace(start, TimeProvider.System));

    public void Said(string message) => _region.Say(message);

    public void Trained(TrainedBatch batch) => _view = _view! with { Batch = batch };

    public void Evaluated(int epoch, Evaluation evaluation) => _view = _view! with { Evaluated = (epoch, evaluation) };

    public void Finished(RunResult result)
    {
        var took = _view is null ? "was done already" : $"done after {Durations.Text(_view.Pace.Elapsed)}";
        _region.Say($"{result.Name} seed {result.Seed}: {took}, {result.Path}");
        _view = null;
    }

    public void Dispose() => _region.Dispose();
}
