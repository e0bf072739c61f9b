using System.Buffers;
using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace EtrNlp.Data.Configuration;

/// <summary>
/// What a complaint of the library's parser means to people, and where: it places a tab at the start of what it stands
/// in, and does not know of variables or of brackets that are closed.
/// </summary>
sealed class YamlMistake(string text, string source)
{
    const string Variable = "${";

    static readonly SearchValues<char> ValueEnds = SearchValues.Create(" \t,:[]{}\"'");

    readonly string[] _lines = text.Split('\n');

    /// <summary>The mistake that the parser met.</summary>
    public ConfigError Of(YamlException e)
    {
        var at = new Place(source, Math.Max(e.Start.Line, 1), Math.Max(e.Start.Column, 1));
        return TabOf(e, at) is { } tab ? new(tab, "not valid YAML: a tab in the indentation; write blanks instead")
            : VariableAt(at) is { } value
                ? new(at, $"not valid YAML: a value with a variable is quoted inside brackets; write \"{value}\"")
            : new(at, $"not valid YAML: {Reason(e)}{Hint(at)}");
    }

    Place? TabOf(YamlException e, Place at)
    {
        var isAboutTabs = e.Message.Contains("tab", StringComparison.Ordinal);
        var depth = DepthOfLines();
        for (var i = 0; i < _lines.Length; i++)
        {
            var tab = _lines[i].IndexOf('\t', StringComparison.Ordinal);
            var isInIndentation = tab >= 0 && tab < _lines[i].AsSpan().IndexOfAnyExcept(' ', '\t', '\r');
            if (isInIndentation && (isAboutTabs || i + 1 == at.Line) && depth[i] == 0)
            {
                return new Place(source, i + 1, tab + 1);
            }
        }

        return null;
    }

    // How many brackets are open where each line begins; inside of one a tab is as good as a blank.
    int[] DepthOfLines()
    {
        var depth = new int[_lines.Length + 1];
        foreach (var bracket in Brackets())
        {
            depth[Math.Min(bracket.Start.Line, _lines.Length)] += Opens(bracket) ? 1 : -1;
        }

        for (var line = 1; line < depth.Length; line++)
        {
            depth[line] += depth[line - 1];
        }

        return depth;
    }

    // Where YAML ends a plain word, at the bracket of ${NAME}: the whole value as it was meant.
    string? VariableAt(Place at)
    {
        var line = at.Line <= _lines.Length ? _lines[at.Line - 1] : "";
        var dollar = (int)at.Column - 2;
        if (dollar < 0 || dollar >= line.Length || !line.AsSpan(dollar).StartsWith(Variable))
        {
            return null;
        }

        var start = line.AsSpan(0, dollar).LastIndexOfAny(ValueEnds) + 1;
        var close = line.IndexOf('}', dollar);
        var length = close < 0 ? -1 : line.AsSpan(close + 1).IndexOfAny(ValueEnds);
        return close < 0 ? null : line[start..(length < 0 ? line.Length : close + 1 + length)].TrimEnd('\r');
    }

    string Hint(Place at)
    {
        var open = new Stack<Token>();
        foreach (
            var bracket in Brackets()
                .TakeWhile(one => (one.Start.Line, one.Start.Column).CompareTo((at.Line, at.Column)) < 0)
        )
        {
            if (Opens(bracket))
            {
                open.Push(bracket);
            }
            else
            {
                open.TryPop(out _);
            }
        }

        return !open.TryPeek(out var last)
            ? ""
            : $"; is the '{(last is FlowMappingStart ? '{' : '[')}' of line {last.Start.Line}, "
                + $"column {last.Start.Column} closed?";
    }

    static bool Opens(Token bracket) => bracket is FlowMappingStart or FlowSequenceStart;

    // Those in quotes and comments are none. Where the text cannot be read on, the mistake stands that is to be told.
    IEnumerable<Token> Brackets()
    {
        var scanner = new Scanner(new StringReader(text));
        while (MovesNext(scanner))
        {
            if (scanner.Current is FlowMappingStart or FlowSequenceStart or FlowMappingEnd or FlowSequenceEnd)
            {
                yield return scanner.Current;
            }
        }
    }

    static bool MovesNext(Scanner scanner)
    {
        try
        {
            return scanner.MoveNext() && scanner.Current is not Error; // it would come again for ever
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException)
        {
            return false;
        }
    }

    static string Reason(YamlException e) => e.Message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
}
