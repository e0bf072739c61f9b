using EtrNlp.Data.Configuration;
using Spectre.Console.Rendering;

namespace EtrNlp.Cli;

/// <summary>
/// A line of a drawing, made printable and never taken for markup. Within this program it hides Spectre's own text, so
/// that nothing is drawn that could control the terminal.
/// </summary>
sealed class Text(string line) : Renderable
{
    readonly IRenderable _inner = new Spectre.Console.Text(Printable.Line(line));

    protected override Measurement Measure(RenderOptions options, int maxWidth) => _inner.Measure(options, maxWidth);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        _inner.Render(options, maxWidth);
}
