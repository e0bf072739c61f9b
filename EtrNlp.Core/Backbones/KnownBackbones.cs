using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Backbones;

/// <summary>The backbones experiment files can name.</summary>
public static class KnownBackbones
{
    /// <summary>One line per backbone.</summary>
    public static Registry<IBackbone> All { get; } = new("backbone", ResNet18.Entry, Vgg16.Entry, SegNet.Entry);
}
