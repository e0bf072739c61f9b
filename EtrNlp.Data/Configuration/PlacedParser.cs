using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EtrNlp.Data.Configuration;

/// <summary>The library's parser, some of whose exceptions have no place.</summary>
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
        catch (ArgumentException)
        {
            throw new SyntaxErrorException(end, end, "a tag is not written well; quote a value that begins with !");
        }
    }
}
