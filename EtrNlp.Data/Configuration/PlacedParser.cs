using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EtrNlp.Data.Configuration;

/// <summary>
/// The library's parser, which throws one exception without a place: for a text inside a bracket that runs into a later
/// line's key.
/// </summary>
sealed class PlacedParser(string text) : IParser
{
    readonly Parser _parser = new(new StringReader(text));

    public ParsingEvent? Current => _parser.Current;

    public bool MoveNext()
    {
        var end = Current?.End ?? Mark.Empty;
        try
        {
            return _parser.MoveNext();
        }
        catch (InvalidOperationException)
        {
            throw new SyntaxErrorException(end, end, "a value is not closed or not separated from the next one");
        }
    }
}
