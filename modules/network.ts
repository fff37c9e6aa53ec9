import { DataAwsAvailabilityZones } from '@cdktf/provider-aws/lib/data-aws-availability-zones';
import { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group';
import { Eip } from '@cdktf/provider-aws/lib/eip';
import { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway';
import { NatGateway } from '@cdktf/provider-aws/lib/nat-gateway';
import { Route } from '@cdktf/provider-aws/lib/route';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association';
import { Subnet } from '@cdktf/provider-aws/lib/subnet';
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { Fn, type ITerraformDependable, Op, propertyAccess, TerraformIterator, Token } from 'cdktf';
import { Construct } from 'constructs';
import { resolved } from './private/expression';
import { addressed } from './private/naming';
import { type PartProps, tagsOf } from './private/part';
import { type NetworkProps, serviceDefaults } from './props';

/** Each subnet gets a sixteenth of the VPC: eight for public subnets, eight behind them for private ones. */
const subnetBits = 4;
const firstPrivateSubnet = 8;

export interface NetworkConstructProps extends PartProps {
  /** @default - a VPC of the service's own */
  readonly network?: NetworkProps;
}

/**
 * Where a service runs: a VPC with a public subnet in each availability zone, with private ones for the
 * instances on request, or what exists already.
 */
export class Network extends Construct {
  readonly vpcId: string;
  /** What distinguishes this VPC from one that replaces it, known at synth: its range, or the given id. */
  readonly vpcIdentity: string;
  readonly publicSubnetIds: string[];
  readonly instanceSubnetIds: string[];
  /** Whether an instance needs a public address to reach the internet. */
  readonly instancesArePublic: boolean;
  /** Names of the zones that instances start in; undefined in a given VPC. */
  readonly zoneNames: string[] | undefined;
  /** What an instance needs to reach the internet and a caller to reach the load balancer. */
  readonly routes: readonly ITerraformDependable[];
  /** Attributes whose change replaces the load balancer and the group: neither can move to another VPC. */
  readonly replacedWith: string[] | undefined;
  /** The service's own VPC; undefined when one was given. */
  readonly vpc: Vpc | undefined;
  /** That VPC's default security group, which lets nothing through. */
  readonly defaultSecurityGroup: DefaultSecurityGroup | undefined;

  constructor(scope: Construct, id: string, props: NetworkConstructProps) {
    super(scope, id);
    const settings = props.network ?? {};
    if ('vpcId' in settings) {
      this.vpcId = settings.vpcId;
      this.vpcIdentity = String(resolved(this, settings.vpcId));
      this.publicSubnetIds = [...settings.publicSubnetIds];
      this.instanceSubnetIds = [...(settings.instanceSubnetIds ?? settings.publicSubnetIds)];
      this.instancesArePublic = settings.instanceSubnetIds === undefined;
      this.routes = [];
      return;
    }

    const { name } = props;
    const cidr = settings.cidr ?? serviceDefaults.network.cidr;
    const zones = this.lookUpZones(name, settings.zones ?? serviceDefaults.network.zones);
    const vpc = addressed(
      name,
      new Vpc(this, 'Vpc', {
        cidrBlock: cidr,
        enableDnsSupport: true,
        enableDnsHostnames: true,
        tags: tagsOf(props),
        lifecycle: {
          precondition: [
            {
              condition: Op.gte(Fn.lengthOf(zones.all), 2),
              errorMessage: 'A load balancer needs two availability zones, and this region has fewer.',
            },
          ],
        },
      }),
    );
    this.vpc = vpc;
    // Every VPC has one, whose own rules let its members reach each other and the world. Taken over without rules, it
    // is of no use to what is put into the VPC without a group of its own.
    this.defaultSecurityGroup = addressed(
      name,
      new DefaultSecurityGroup(this, 'DefaultSecurityGroup', {
        vpcId: vpc.id,
        tags: tagsOf(props, 'default'),
      }),
    );
    this.vpcId = vpc.id;
    this.vpcIdentity = cidr;
    this.replacedWith = [`${vpc.terraformResourceType}.${vpc.friendlyUniqueId}.id`];
    this.zoneNames = zones.used;

    const publicSide = this.addSubnets(props, vpc, cidr, zones, 'public', 0);
    const gateway = addressed(
      name,
      new InternetGateway(this, 'InternetGateway', { vpcId: vpc.id, tags: tagsOf(props) }),
    );
    const publicRoute = addressed(
      name,
      new Route(this, 'PublicRoute', {
        routeTableId: publicSide.routeTable.id,
        destinationCidrBlock: '0.0.0.0/0',
        gatewayId: gateway.id,
      }),
      'public',
    );
    this.publicSubnetIds = publicSide.ids;
    if (!settings.privateInstances) {
      this.instanceSubnetIds = publicSide.ids;
      this.instancesArePublic = true;
      this.routes = [publicRoute, publicSide.association];
      return;
    }

    const privateSide = this.addSubnets(props, vpc, cidr, zones, 'private', firstPrivateSubnet);
    const firstPublicSubnet = propertyAccess(publicSide.subnet.fqn, [Fn.element(zones.used, 0), 'id']);
    const address = addressed(
      name,
      new Eip(this, 'NatAddress', { domain: 'vpc', tags: tagsOf(props, 'nat'), dependsOn: [gateway] }),
      'nat',
    );
    const nat = addressed(
      name,
      new NatGateway(this, 'NatGateway', {
        allocationId: address.id,
        subnetId: Token.asString(firstPublicSubnet),
        tags: tagsOf(props),
        dependsOn: [publicRoute, publicSide.association],
      }),
    );
    const privateRoute = addressed(
      name,
      new Route(this, 'PrivateRoute', {
        routeTableId: privateSide.routeTable.id,
        destinationCidrBlock: '0.0.0.0/0',
        natGatewayId: nat.id,
      }),
      'private',
    );
    this.instanceSubnetIds = privateSide.ids;
    this.instancesArePublic = false;
    this.routes = [publicRoute, publicSide.association, privateRoute, privateSide.association];
  }

  /** Local and Wavelength zones have to be opted in, and know neither every instance type nor load balancers. */
  private lookUpZones(name: string, wanted: number | 'all'): Zones {
    const zones = addressed(
      name,
      new DataAwsAvailabilityZones(this, 'Zones', {
        filter: [{ name: 'opt-in-status', values: ['opt-in-not-required'] }],
      }),
    );
    const all = zones.names;
    const used = wanted === 'all' ? all : Token.asList(Fn.slice(all, 0, Fn.min([wanted, Fn.lengthOf(all)])));
    return { all, used };
  }

  /**
   * A subnet for each zone, by the zone's name: more zones or fewer leave the other subnets alone. Its range
   * comes from the zone's place among all zones of the region, so that `zones` doesn't move it either.
   */
  private addSubnets(
    props: PartProps,
    vpc: Vpc,
    cidr: string,
    zones: Zones,
    side: 'public' | 'private',
    firstNumber: number,
  ) {
    const { name } = props;
    const title = side === 'public' ? 'Public' : 'Private';
    const eachZone = TerraformIterator.fromList(zones.used);
    const place = Token.asNumber(Fn.index(zones.all, eachZone.value));
    const subnet = addressed(
      name,
      new Subnet(this, `${title}Subnet`, {
        forEach: eachZone,
        vpcId: vpc.id,
        availabilityZone: eachZone.value,
        cidrBlock: Fn.cidrsubnet(
          cidr,
          subnetBits,
          firstNumber === 0 ? place : Token.asNumber(Op.add(firstNumber, place)),
        ),
        tags: tagsOf(props, side),
      }),
      side,
    );
    const routeTable = addressed(
      name,
      new RouteTable(this, `${title}RouteTable`, { vpcId: vpc.id, tags: tagsOf(props, side) }),
      side,
    );
    const eachSubnet = TerraformIterator.fromResources(subnet);
    const association = addressed(
      name,
      new RouteTableAssociation(this, `${title}Association`, {
        forEach: eachSubnet,
        subnetId: eachSubnet.getString('id'),
        routeTableId: routeTable.id,
      }),
      side,
    );
    const ids = Token.asList(propertyAccess(Fn.values(subnet.fqn), ['*', 'id']));
    return { subnet, ids, routeTable, association };
  }
}

interface Zones {
  /** Names of all zones of the region, sorted by name. */
  readonly all: string[];
  /** Names of the zones that get a subnet. */
  readonly used: string[];
}
